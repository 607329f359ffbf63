import type { BodyReader } from '../../poll/http/body-reader.ts'
import type { HttpResponse } from '../../poll/http/exchange.ts'
import { httpDateMs } from '../../poll/http/http-date.ts'

/** The length of a body as Go reads it from the head of an answer; -1 if it is not known. */
export function contentLength({ status, fields, httpVersion }: HttpResponse, method: string): number {
  const values = (fields ?? []).filter(([name]) => name === 'content-length').map(([, value]) => value)
  // HTTP/1 has no others, and the same one twice is one there. Over HTTP/2, Go takes one alone, and not `+5`.
  const isOne = httpVersion !== '2' || values.length === 1
  const length = isOne && /^\d+$/.test(values[0] ?? '') ? Number(values[0]) : -1
  if (method === 'HEAD') return length
  if (status === 204 || status === 304) return 0
  return fieldOf(fields, 'transfer-encoding') === null ? length : -1
}

/** The value of Last-Modified, in s since the epoch; null without a valid one. `wallMs`: now. */
export function lastModified({ fields }: HttpResponse, wallMs: number): number | null {
  const value = fieldOf(fields, 'last-modified')
  const at = value === null ? Number.NaN : httpDateMs(value, wallMs)
  return Number.isNaN(at) ? null : at / 1_000
}

/** Whether expressions look at a body: Go does not open gzip without its head. Of other codings it finds out later. */
export function isOpened({ problem, bytes }: BodyReader, coding: string): boolean {
  return coding !== 'gzip' || problem === null || bytes > 0
}

function fieldOf(fields: HttpResponse['fields'], wanted: string): string | null {
  return fields?.find(([name]) => name === wanted)?.[1] ?? null
}
