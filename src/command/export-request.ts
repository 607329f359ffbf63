import { closestName } from '../settings/closest-name.ts'
import { PAGE_NAME } from '../settings/public-page.ts'
import { quote, redactName } from '../settings/quote.ts'
import { parseHttpUrl } from '../settings/url.ts'

/** What `headcount export-page` is asked for. */
export type ExportRequest =
  | { readonly type: 'print'; readonly text: string; readonly ok: boolean }
  | {
      readonly type: 'export'
      readonly directory: string
      /** Only these pages; empty: all of the configuration. */
      readonly names: readonly string[]
      /** A headcount that runs, to take the pages from; null: poll once. Without a slash at its end. */
      readonly from: string | null
      /** The rest of the command line, which a run understands. */
      readonly argv: readonly string[]
    }

/** The configuration may be that of a headcount that runs: its port, its history and its output are left to it. */
export const OF_THE_OTHER =
  'listen web-config otlp history history-size output format changes check plan duration'.split(' ')

const HELP = `Usage: headcount export-page DIR [--page NAME]... [--from URL] [options] [url...]

Writes the public status pages into a directory, as files for any web server: DIR/NAME/index.html and what it loads.

  --page NAME   only this page; repeatable
  --from URL    take the pages from a headcount that runs at this address, with their history; names the pages by --page

Without --from, it polls each URL of the configuration once: headcount export-page DIR -c headcount.yml
All other options are those of headcount --help.
`

/** Reads what follows `export-page` on the command line. */
export function readExportRequest(argv: readonly string[]): ExportRequest {
  const [directory = '', ...others] = argv
  if (argv.includes('--help') || argv.includes('-h')) return { type: 'print', text: HELP, ok: true }
  if (directory === '' || directory.startsWith('-'))
    return invalid('export-page: name a directory first: headcount export-page DIR -c headcount.yml')
  const names: string[] = []
  const rest: string[] = []
  let from: string | null = null
  for (let at = 0; at < others.length; at++) {
    const [, flag, inline] = /^--(page|from)(?:=(.*))?$/s.exec(others[at] as string) ?? []
    if (flag === undefined) {
      rest.push(others[at] as string)
      continue
    }
    const value = inline ?? others[++at] ?? ''
    if (value === '') return invalid(`export-page: --${flag} needs a value`)
    if (flag === 'page' && !PAGE_NAME.test(value))
      return invalid(`export-page: --page: ${quote(value)} is not the name of a page`)
    if (flag === 'page') names.push(value)
    else {
      const parsed = parseHttpUrl(value)
      if ('why' in parsed) return invalid(`export-page: --from: ${parsed.why}`)
      from = parsed.url.replace(/\/+$/, '')
    }
  }
  if (from !== null && names.length === 0)
    return invalid('export-page: --from needs --page NAME: a server does not say which pages it has')
  if (from !== null && rest.length > 0)
    return invalid(
      `export-page: ${quote(redactName(rest[0] as string))} has no effect with --from, which polls nothing`,
    )
  return { type: 'export', directory, names, from, argv: rest }
}

/** Why pages cannot be exported; null: the configuration has all of them. */
export function missingPage(names: readonly string[], known: readonly string[]): string | null {
  if (known.length === 0) return 'export-page: the configuration has no public pages (public:)'
  const missing = names.find((name) => !known.includes(name))
  if (missing === undefined) return null
  const closest = closestName(missing, known)
  const hint = closest === null ? `the configuration has ${known.join(', ')}` : `was ${closest} meant?`
  return `export-page: there is no page ${quote(missing)}: ${hint}`
}

function invalid(why: string): ExportRequest {
  return { type: 'print', text: `error: ${why}\n`, ok: false }
}
