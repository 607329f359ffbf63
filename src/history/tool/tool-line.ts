import { parseArgs } from 'node:util'
import { parseDate } from '../../resource/parse-date.ts'
import { RESOLUTIONS } from '../resolutions.ts'
import { CSV_TABLES } from './export-csv.ts'
import type { CsvTable } from './export-csv.ts'

/** What `headcount history` is asked for. */
export type ToolRequest =
  | { readonly type: 'help' }
  | { readonly type: 'mistake'; readonly why: string }
  | { readonly type: 'backup'; readonly file: string; readonly to: string }
  | { readonly type: 'check'; readonly file: string }
  | { readonly type: 'import'; readonly file: string; readonly from: string }
  | { readonly type: 'lines'; readonly file: string }
  | {
      readonly type: 'csv'
      readonly file: string
      readonly table: CsvTable
      /** In ms since the epoch; null: from the beginning, to the end. */
      readonly from: number | null
      readonly to: number | null
      /** In ms. */
      readonly step: number
    }

export const TOOL_HELP = `Usage: headcount history backup FILE COPY
       headcount history check FILE
       headcount history export FILE [--format jsonl|csv] [--table NAME] [--step 5m|1h|1d] [--from TIME] [--to TIME]
       headcount history import FILE [LINES]

backup   copies the history in FILE into a new file, also while headcount writes it
check    reads all of FILE and says what is damaged
export   prints FILE: with --format jsonl (the default) all of it, for import; with --format csv one table:
           uptime      for each URL, from --from to --to (the default)
           incidents   one row for each reason
           sums        polls and durations for each URL and --step (default: 1h)
           polls       the latest polls
import   makes a history in FILE, which must be new, from an export: from the file LINES, or from standard input

TIME is a date, which begins at midnight UTC, or a time with its zone: 2026-11-26, 2026-11-26T05:00Z,
2026-11-26T06:00+01:00. See docs/history.md.
`

const NO_TIME =
  'not a date, or a time with its zone, such as 2026-11-26, 2026-11-26T05:00Z or 2026-11-26T06:00+01:00'

const VERBS = ['backup', 'check', 'export', 'import']

const STEPS: Readonly<Record<string, number>> = Object.fromEntries(
  RESOLUTIONS.map(({ ms }, index) => [['5m', '1h', '1d'][index] ?? '', ms]),
)

/** Reads the arguments after \`headcount history\`. */
export function readToolLine(argv: readonly string[]): ToolRequest {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(argv)
  } catch (error) {
    return mistake(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  const [verb, file, other, ...rest] = positionals
  if (values.help === true) return { type: 'help' }
  if (verb === undefined) return mistake(`the command is missing: use one of ${VERBS.join(', ')}`)
  if (!VERBS.includes(verb))
    return mistake(`unknown command ${JSON.stringify(verb)}: use one of ${VERBS.join(', ')}`)
  if (file === undefined || file === '') return mistake(`${verb}: the file of the history is missing`)
  if (rest.length > 0 || (other !== undefined && ['check', 'export'].includes(verb)))
    return mistake(`${verb}: too many arguments`)
  if (verb !== 'export' && Object.keys(values).length > 0) return mistake(`${verb}: it takes no flags`)
  if (verb === 'check') return { type: 'check', file }
  if (verb === 'import') return { type: 'import', file, from: other ?? '-' }
  if (verb === 'export') return exportOf(file, values)
  return other === undefined
    ? mistake('backup: the name of the copy is missing')
    : { type: 'backup', file, to: other }
}

const TEXT = { type: 'string' } as const

function parse(argv: readonly string[]) {
  const options = {
    format: TEXT,
    table: TEXT,
    step: TEXT,
    from: TEXT,
    to: TEXT,
    help: { type: 'boolean', short: 'h' },
  } as const
  return parseArgs({ args: [...argv], options, allowPositionals: true })
}

function exportOf(file: string, values: ReturnType<typeof parse>['values']): ToolRequest {
  const { format = 'jsonl', table: name = 'uptime', step: length = '1h' } = values
  if (format === 'jsonl') {
    if (Object.keys(values).some((flag) => flag !== 'format'))
      return mistake('export: --format jsonl exports all: it takes no other flags')
    return { type: 'lines', file }
  }
  if (format !== 'csv') return mistake('--format: only jsonl and csv are known')
  const table = CSV_TABLES.find((known) => known === name)
  if (table === undefined) return mistake(`--table: only ${CSV_TABLES.join(', ')} are known`)
  const step = STEPS[length]
  if (step === undefined) return mistake(`--step: only ${Object.keys(STEPS).join(', ')} are known`)
  const [from, to] = [values.from, values.to].map((text) => (text === undefined ? null : parseDate(text)))
  if (Number.isNaN(from)) return mistake(`--from: ${NO_TIME}`)
  if (Number.isNaN(to)) return mistake(`--to: ${NO_TIME}`)
  if (from != null && to != null && to <= from) return mistake('--to: it is not after --from')
  return { type: 'csv', file, table, step, from: from ?? null, to: to ?? null }
}

function mistake(why: string): ToolRequest {
  return { type: 'mistake', why: `error: history: ${why} (headcount history --help)` }
}
