import type { ResourceId } from '../../resource/resource.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { DocumentFormat } from './document-printer.ts'
import { escapeJson, escapeText } from './escape.ts'

/** The columns, named as in JSON. docs/reference.md describes them. */
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

/** Maximum length of a text from a server, in UTF-16 units. */
const MAX_TEXT_LENGTH = 500

/** Comma-separated values as in RFC 4180, with CRLF. */
export const csvDocument: DocumentFormat = {
  header: () => `${COLUMNS.join(',')}\r\n`,
  row: (map, id) => `${csvFields(map, id).map(quoteField).join(',')}\r\n`,
  footer: '',
}

function csvFields(map: StateMap, id: ResourceId): readonly (string | number)[] {
  const latest = map.get(id)
  const past = map.recentPolls?.get(id)
  const labels = escapeJson(map.labels(id))
  if (latest.verdict === 'pending' || past === undefined)
    return [latest.url, 'pending', '', '', '', 0, '', '', '', labels]
  // Of a URL that only main knew, no poll is known.
  const isPolled = past.at > 0
  return [
    latest.url,
    latest.verdict,
    latest.reason ?? latest.verdict,
    latest.status === 0 ? '' : latest.status,
    escapeServerText(latest.text),
    latest.errCount,
    isPolled ? past.durationMs.toFixed(1) : '',
    isPolled ? new Date(past.at).toISOString() : '',
    past.expiresAt === 0 ? '' : new Date(past.expiresAt).toISOString(),
    labels,
  ]
}

/** Escapes a text from a server. Spreadsheets run a cell that begins with one of these characters (OWASP, "CSV Injection"). */
function escapeServerText(text: string): string {
  const escaped = escapeText(text, MAX_TEXT_LENGTH)
  return /^[=+\-@]/.test(escaped) ? `'${escaped}` : escaped
}

function quoteField(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
