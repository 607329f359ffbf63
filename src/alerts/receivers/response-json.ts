import type { SendResult } from '../notification.ts'
import { describeResponse, MAX_RETRY_AFTER_MS } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'

/** The fields of an answer that is a JSON object; none if it is anything else, such as the page of a proxy. */
export function responseFields({ body }: Pick<HttpResponse, 'body'>): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** An answer 2xx that is not one of the service: something on the way gave it, which may pass. */
export function notFromService(response: HttpResponse, service: string): SendResult {
  return {
    type: 'retry',
    said: `not an answer of ${service}: ${describeResponse(response)}`,
    retryAfterMs: null,
  }
}

/** A result 2xx, if the answer `isOwn`: one of the service itself; then the body says nothing more. Any other result as it is. */
export function confirmed(
  result: SendResult,
  response: HttpResponse,
  service: string,
  isOwn: boolean,
): SendResult {
  if (result.type !== 'sent') return result
  return isOwn ? { ...result, said: `status ${response.status}` } : notFromService(response, service)
}

/** A result that waits for as many seconds as the body of the answer asks for, if that is longer. */
export function waitFor(result: SendResult, seconds: unknown): SendResult {
  if (result.type !== 'retry' || typeof seconds !== 'number' || !(seconds > 0)) return result
  const ms = Math.min(Math.ceil(seconds * 1_000), MAX_RETRY_AFTER_MS)
  return { ...result, retryAfterMs: Math.max(ms, result.retryAfterMs ?? 0) }
}
