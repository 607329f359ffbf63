import type { ResourceId } from '../resource/resource.ts'
import type { StateMap } from '../state/map.ts'
import type { Document } from './document-printer.ts'
import { escapeJson, escapeText } from './escape.ts'

/** The columns, named as in JSON. README.md tells what each holds. */
const COLUMNS = [
  'url',
  'verdict',
  'reason',
  'status',
  'text',
  'errCount',
  'durationMs',
  'at',
  'tlsExpiresAt',
  'labels',
] as const

/** Texts of a server are cut here, in UTF-16 units. */
const MOST_TEXT = 500

/** Comma-separated values as RFC 4180 has them, its CRLF included. */
export const csvDocument: Document = {
  head: () => `${COLUMNS.join(',')}\r\n`,
  url: (map, id) => `${cells(map, id).map(cell).join(',')}\r\n`,
  foot: '',
}

function cells(map: StateMap, id: ResourceId): readonly (string | number)[] {
  const latest = map.get(id)
  const past = map.history?.get(id)
  const labels = escapeJson(map.labels(id))
  if (latest.verdict === 'pending' || past === undefined)
    return [latest.url, 'pending', '', '', '', 0, '', '', '', labels]
  return [
    latest.url,
    latest.verdict,
    latest.reason ?? latest.verdict,
    latest.status === 0 ? '' : latest.status,
    foreign(latest.text),
    latest.errCount,
    past.durationMs.toFixed(1),
    new Date(past.at).toISOString(),
    past.expiresAt === 0 ? '' : new Date(past.expiresAt).toISOString(),
    labels,
  ]
}

/** A text that a server has a say in. Spreadsheets run what begins with one of these (OWASP, "CSV Injection"). */
function foreign(text: string): string {
  const escaped = escapeText(text, MOST_TEXT)
  return /^[=+\-@]/.test(escaped) ? `'${escaped}` : escaped
}

function cell(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
