import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'

// What the library says of a collector's answers, in plain words, and what it must not be told of them.

/** An error of the library; `code` is the status of the collector's answer, or that of a failed connection. */
type ExportError = Error & { readonly code?: number | string }

/** Part of the User-Agent of all its requests. */
const LIBRARY = 'OTel-OTLP-Exporter-JavaScript'

/** Watches the answers of collectors in this thread. */
export function watchAnswers(): { explain(error: ExportError): Error } {
  let status = ''
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    if (!String(request.getHeader('user-agent')).includes(LIBRARY)) return
    status = `${response.statusCode} ${response.statusMessage}`.trim()
    // Of one that is not in the future the library makes a timer of 0 or -1 ms, and tries again without any wait.
    if (!isLater(response.headers['retry-after'])) delete response.headers['retry-after']
  })
  return { explain: (error) => new Error(reasonOf(error, status)) }
}

/** Whether a Retry-After, as the library reads it, is in the future. */
function isLater(retryAfter: string | undefined): boolean {
  const seconds = Number.parseInt(retryAfter ?? '', 10)
  return Number.isInteger(seconds) ? seconds > 0 : Date.parse(retryAfter ?? '') > Date.now()
}

function reasonOf({ message, code }: ExportError, status: string): string {
  if (message === 'Export failed with retryable status') return status
  if (message === 'Request timed out') return 'the request timed out'
  if (message.includes('exceeded size limit')) return 'the answer is larger than 4 MiB'
  if (typeof code === 'number') return `${code} ${message}`.trim()
  // An error of several addresses has no message.
  return message === '' ? (code ?? 'it failed') : message
}

/** What the library warns of that concerns an answer, as a clause whose subject is the collector; null: something else. */
export function complaintOf(first: string, second: unknown): string | null {
  if (typeof second !== 'string') return null
  if (second.includes('could not deserialize'))
    return 'accepted metrics with an answer that is not one of OTLP'
  if (!first.includes('Partial Success')) return null
  const { rejectedDataPoints = 0, errorMessage = '' } = JSON.parse(second) as {
    readonly rejectedDataPoints?: number | string
    readonly errorMessage?: string
  }
  const rejected = Number(rejectedDataPoints)
  const why = errorMessage === '' ? '' : `: ${errorMessage}`
  if (rejected > 0) return `rejected ${rejected} of the values in a push${why}`
  return why === '' ? null : `has a warning for a push${why}`
}
