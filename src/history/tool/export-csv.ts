import type { ReadHistory } from '../open-to-read.ts'
import { incidentRows } from './incident-rows.ts'
import { pollRows } from './poll-rows.ts'
import { sumsRows } from './sums-rows.ts'
import { timeText } from './time-text.ts'

/** What a CSV export has a row for. */
export const CSV_TABLES = ['uptime', 'incidents', 'sums', 'polls'] as const
export type CsvTable = (typeof CSV_TABLES)[number]

/** Which rows: of a time, in ms since the epoch. */
export interface CsvQuery {
  readonly table: CsvTable
  readonly from: number
  readonly to: number
  /** Length of the buckets of sums, in ms. */
  readonly step: number
}

type Cell = string | number | null

/** A table of a history as CSV (RFC 4180): lines without their end, the first with the names of the columns. */
export function* exportCsv(read: ReadHistory, query: CsvQuery): Generator<string> {
  for (const row of ROWS[query.table](read, query)) yield row.map(cellText).join(',')
}

type Rows = (read: ReadHistory, query: CsvQuery) => Generator<Cell[]>

const ROWS: Readonly<Record<CsvTable, Rows>> = {
  uptime: uptimeRows,
  incidents: reasonRows,
  sums: sumRows,
  polls: pollsRows,
}

function* uptimeRows({ session }: ReadHistory, { from, to }: CsvQuery): Generator<Cell[]> {
  const seconds = ['up', 'down', 'unknown', 'maintenance', 'not_watched'].map((name) => `${name}_seconds`)
  yield ['url', 'from', 'to', 'uptime', ...seconds]
  for (const { id, name } of session.urls.all()) {
    const uptime = session.uptime.read(id, from, to)
    const { upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds } = uptime
    const times = [upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds]
    yield [name, timeText(from), timeText(to), uptime.ratio, ...times]
  }
}

function* reasonRows({ session }: ReadHistory, { from, to }: CsvQuery): Generator<Cell[]> {
  const columns = ['url', 'verdict', 'begin', 'end', 'reason', 'status', 'reason_at', 'polls', 'seen']
  yield [...columns, 'maintenance']
  const names = namesOf(session)
  for (const { url, verdict, begin, end, maintenance, reasons } of incidentRows(session, from, to)) {
    const [name, times, isIn] = [names(url), [timeText(begin), timeText(end)], maintenance ? 'true' : 'false']
    for (const { reason, status, at, polls, seen } of reasons)
      yield [name, verdict, ...times, reason, status, timeText(at), polls, seen, isIn]
  }
}

function* sumRows({ session }: ReadHistory, { from, to, step }: CsvQuery): Generator<Cell[]> {
  const durations = ['min', 'mean', 'max', 'p50', 'p95'].map((name) => `${name}_ms`)
  yield ['url', 'at', 'seconds', 'polls', 'up', 'down', 'unknown', 'maintenance', ...durations]
  const names = namesOf(session)
  for (const table of session.tables.sums) {
    if (table.ms !== step) continue
    for (const { url, at, sums } of sumsRows(session, table)) {
      if (at + step <= from || at >= to) continue
      const { polls, up, down, unknown, maintenance, min, mean, max, p50, p95 } = sums.bucket(at)
      yield [
        names(url),
        timeText(at),
        step / 1000,
        polls,
        up,
        down,
        unknown,
        maintenance,
        min,
        mean,
        max,
        p50,
        p95,
      ]
    }
  }
}

function* pollsRows({ session }: ReadHistory, { from, to }: CsvQuery): Generator<Cell[]> {
  yield ['url', 'at', 'verdict', 'reason', 'status', 'ms', 'dns_ms', 'connect_ms', 'tls_ms', 'wait_ms']
  const names = namesOf(session)
  for (const { url, at, verdict, reason, status, durationMs, phasesMs } of pollRows(session)) {
    const { dns, connect, tls, wait } = phasesMs
    if (at >= from && at < to)
      yield [names(url), timeText(at), verdict, reason, status, durationMs, dns, connect, tls, wait]
  }
}

function namesOf({ urls }: ReadHistory['session']): (url: number) => string {
  return (url) => urls.get(url)?.name ?? ''
}

/** Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection). */
function cellText(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
