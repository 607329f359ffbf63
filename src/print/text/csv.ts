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

/** Texts of a server are cut here, in UTF-16 units. */
const MAX_TEXT_LENGTH = 500

/** Comma-separated values as RFC 4180 has them, its CRLF included. */
export const csvDocument: DocumentFormat = {
  header: () => `${COLUMNS.join(',')}\r\n`,
  row: (map, id) => `${csvFields(map, id).map(quoteField).join(',')}\r\n`,
  footer: '',
}

function csvFields(map: StateMap, id: ResourceId): readonly (string | number)[] {
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
    escapeServerText(latest.text),
    latest.errCount,
    past.durationMs.toFixed(1),
    new Date(past.at).toISOString(),
    past.expiresAt === 0 ? '' : new Date(past.expiresAt).toISOString(),
    labels,
  ]
}

/** A text that a server has a say in. Spreadsheets run what begins with one of these (OWASP, "CSV Injection"). */
function escapeServerText(text: string): string {
  const escaped = escapeText(text, MAX_TEXT_LENGTH)
  return /^[=+\-@]/.test(escaped) ? `'${escaped}` : escaped
}

function quoteField(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
