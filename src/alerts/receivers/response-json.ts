import type { SendResult } from '../notification.ts'
import { describeResponse } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'

/** The fields of an answer that is a JSON object; none if it is anything else, such as the page of a proxy. */
export function responseFields({ text }: HttpResponse): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text)
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

/** A result that waits for as many seconds as the body of the answer asks for, if that is longer. */
export function waitFor(result: SendResult, seconds: unknown): SendResult {
  if (result.type !== 'retry' || typeof seconds !== 'number' || !(seconds > 0)) return result
  // As for the header: more than 24 hours is as good as never.
  const ms = Math.min(Math.ceil(seconds * 1_000), 86_400_000)
  return { ...result, retryAfterMs: Math.max(ms, result.retryAfterMs ?? 0) }
}
