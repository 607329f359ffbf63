import packageJson from '#package.json' with { type: 'json' }
import type { MaintenanceWindow } from '../alerts/alert-rule.ts'
import { readCommand } from './command.ts'
import type { CommandRequest } from './command.ts'
import type { ExitCode } from './exit-status.ts'
import { missingPage, OF_THE_OTHER, readExportRequest } from './export-request.ts'
import { printText } from '../print/print-text.ts'
import type { PublicPage } from '../settings/public-page.ts'
import { redactName } from '../settings/quote.ts'
import { describeError, ListError } from '../targets/read-targets.ts'

type RunRequest = Extract<CommandRequest, { type: 'run' }>
type Log = (lines: string) => void

/** What pages are written with. */
export interface PageWriter<Export extends { readonly problem: string | null }> {
  /** Writes pages into a directory when each URL was polled once. `windows`: when URLs are in maintenance. */
  create(directory: string, pages: readonly PublicPage[], windows: readonly MaintenanceWindow[]): Export
  /** Polls each URL once. */
  poll(request: RunRequest, pageExport: Export): Promise<ExitCode>
  /** Takes pages from a headcount that runs. Rejects with a ListError, or as `writeFile` does. */
  download(from: string, names: readonly string[], directory: string, userAgent: string): Promise<void>
}

/** Does what `headcount export-page` is asked for; returns the exit code. */
export async function runExport<Export extends { readonly problem: string | null }>(
  argv: readonly string[],
  log: Log,
  writer: PageWriter<Export>,
): Promise<ExitCode> {
  const asked = readExportRequest(argv)
  if (asked.type === 'print') return answer(asked, log)
  const { directory, names, from } = asked
  if (from !== null) {
    return takePages(directory, log, (userAgent) => writer.download(from, names, directory, userAgent))
  }
  const words = withFlags(asked.argv, '--once', '--format', 'quiet')
  const request = await readCommand(words, process.env, [...OF_THE_OTHER, 'cluster'])
  if (request.type === 'print') return answer(request, log)
  const pages = request.config?.config.pages ?? []
  const missing = missingPage(
    names,
    pages.map(({ name }) => name),
  )
  if (missing !== null) return answer({ text: `error: ${missing}\n`, ok: false }, log)
  for (const notice of request.notices) log(`${notice}\n`)
  const wanted = pages.filter(({ name }) => names.length === 0 || names.includes(name))
  const windows = request.config?.config.alerts?.maintenance ?? []
  const pageExport = writer.create(directory, wanted, windows)
  const code = await writer.poll(request, pageExport)
  if (pageExport.problem === null) return 0
  // Why nothing was polled is said already.
  if (code === 0 || code === 2) log(`error: export-page: ${redactName(directory)}: ${pageExport.problem}\n`)
  return code === 3 ? 3 : 1
}

/** Appends flags, which have to be before a `--`: what follows it are URLs. */
function withFlags(argv: readonly string[], ...flags: readonly string[]): string[] {
  const end = argv.indexOf('--')
  return argv.toSpliced(end < 0 ? argv.length : end, 0, ...flags)
}

async function takePages(
  directory: string,
  log: Log,
  download: (userAgent: string) => Promise<void>,
): Promise<ExitCode> {
  try {
    await download(`headcount/${packageJson.version}`)
    return 0
  } catch (error) {
    const why =
      error instanceof ListError ? error.message : `${redactName(directory)}: ${describeError(error)}`
    log(`error: export-page: ${why}\n`)
    return 1
  }
}

async function answer(
  { text, ok }: { readonly text: string; readonly ok: boolean },
  log: Log,
): Promise<ExitCode> {
  if (ok) return (await printText(text, log)) ? 0 : 1
  log(text)
  return 3
}
