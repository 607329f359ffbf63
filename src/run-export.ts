import packageJson from '#package.json' with { type: 'json' }
import { readCommand } from './command/command.ts'
import type { CommandRequest } from './command/command.ts'
import type { ExitCode } from './command/exit-status.ts'
import { missingPage, readExportRequest } from './command/export-request.ts'
import { printText } from './print/print-text.ts'
import { redactName } from './settings/quote.ts'
import { describeError, ListError } from './targets/read-targets.ts'
import { PageExport } from './web/page-export.ts'

type RunRequest = Extract<CommandRequest, { type: 'run' }>
type Log = (lines: string) => void

/** The configuration may be that of a headcount that runs: its port, its history and its output are left to it. */
const OF_THE_OTHER =
  'listen web-config otlp history history-size output format changes check plan duration'.split(' ')

/** Does what `headcount export-page` is asked for; returns the exit code. `poll` polls each URL once. */
export async function runExport(
  argv: readonly string[],
  log: Log,
  poll: (request: RunRequest, pageExport: PageExport) => Promise<ExitCode>,
): Promise<ExitCode> {
  const asked = readExportRequest(argv)
  if (asked.type === 'print') return answer(asked, log)
  const { directory, names, from } = asked
  if (from !== null) return takePages(from, names, directory, log)
  const request = await readCommand([...asked.argv, '--once', '--format', 'quiet'], process.env, OF_THE_OTHER)
  if (request.type === 'print') return answer(request, log)
  const pages = request.config?.config.pages ?? []
  const missing = missingPage(
    names,
    pages.map(({ name }) => name),
  )
  if (missing !== null) return answer({ text: `error: ${missing}\n`, ok: false }, log)
  for (const notice of request.notices) log(`${notice}\n`)
  const wanted = pages.filter(({ name }) => names.length === 0 || names.includes(name))
  const pageExport = new PageExport(directory, wanted, Date.now)
  const code = await poll(request, pageExport)
  if (pageExport.problem === null) return 0
  // Why nothing was polled is said already.
  if (code === 0 || code === 2) log(`export-page: ${redactName(directory)}: ${pageExport.problem}\n`)
  return code === 3 ? 3 : 1
}

async function takePages(
  from: string,
  names: readonly string[],
  directory: string,
  log: Log,
): Promise<ExitCode> {
  try {
    const { downloadPages } = await import('./web/page-download.ts')
    await downloadPages(from, names, directory, `headcount/${packageJson.version}`)
    return 0
  } catch (error) {
    log(
      `export-page: ${error instanceof ListError ? error.message : `${redactName(directory)}: ${describeError(error)}`}\n`,
    )
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
