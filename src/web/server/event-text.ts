import type { Position } from '../../api/api-recorder.ts'

// Server-sent events as text (https://html.spec.whatwg.org/multipage/server-sent-events.html). All data is one line of JSON.

/** What a stream begins with: after how many ms a client connects again. */
export const RETRY = 'retry: 2000\n\n'

/** The id of events: a client sends it as `Last-Event-ID` when it connects again. */
export function formatPosition({ epoch, number }: Position): string {
  return `${epoch}-${number}`
}

/** What `formatPosition` made; a place that no monitor knows if it is something else. */
export function parsePosition(text: string): Position {
  const match = /^([a-z0-9]{1,16})-(\d{1,15})$/.exec(text)
  return { epoch: match?.[1] ?? '', number: Number(match?.[2] ?? 0) }
}

/** A summary. `id`: null to leave the last one. */
export function summaryEvent(line: string, id: string | null): string {
  return `event: summary\n${id === null ? '' : `id: ${id}\n`}data: ${line}\n\n`
}

/** Changes are missing: the client has to read the list again. */
export function resetEvent(id: string): string {
  return `event: reset\nid: ${id}\ndata: {"type":"reset"}\n\n`
}

/** URLs that have changed. The last one has the id: a client that is cut off before gets all of them again. */
export function rowEvents(rows: readonly string[], id: string): string {
  return rows
    .map((row, n) => `event: state\n${n === rows.length - 1 ? `id: ${id}\n` : ''}data: ${row}\n\n`)
    .join('')
}
