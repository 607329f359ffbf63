import { DamagedBlob, StoreError } from '../../sqlite/store-error.ts'
import { openToRead } from '../open-to-read.ts'
import type { ReadHistory } from '../open-to-read.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { exportCsv } from './export-csv.ts'
import { exportLines } from './export-lines.ts'
import { importFile } from './import-file.ts'
import type { OpenLines } from './import-file.ts'
import { timeText } from './time-text.ts'
import { readToolLine, TOOL_HELP } from './tool-line.ts'
import type { ToolRequest } from './tool-line.ts'

/** Characters that are written at once. */
const CHUNK = 64 * 1024

/** Characters that are read before the first ones are waited for: of a small history all, so that a slow reader keeps nobody from its log. */
const READ_AHEAD = 16 * 1024 * 1024

/** While a history is read, its log can only grow: a reader that takes nothing for so long ends that, in ms. */
const STALL_MS = 600_000

type Log = (lines: string) => void

/** Standard output: what is written, in order; `flush` resolves with false if nothing more can be, or nothing was taken for `stalledMs`. */
export interface Stdout {
  write(text: string): void
  flush(stalledMs: number | null): Promise<boolean>
}

/** Opens standard output; `failed` is called with the code of the error that ends it. */
export type OpenStdout = (failed: (code: string) => void) => Stdout

/**
 * Does what `headcount history` is asked for. Returns the exit code: 0; 1 if the output could not be written; 2 if `check` found damage;
 * 3 if it cannot be done, which is said to `log`.
 */
export async function runHistoryTool(
  argv: readonly string[],
  openStdout: OpenStdout,
  openLines: OpenLines,
  log: Log,
): Promise<0 | 1 | 2 | 3> {
  const request = readToolLine(argv)
  const output = new ToolOutput(openStdout, log)
  try {
    const code = await run(request, { output, openLines, log })
    return output.failed ? 1 : code
  } catch (error) {
    if (error instanceof DamagedBlob && 'file' in request) log(`history ${request.file}: ${error.message}\n`)
    else if (error instanceof StoreError) log(`${error.message}\n`)
    else throw error
    return request.type === 'check' && isDamage(error) ? 2 : 3
  }
}

const isDamage = (error: DamagedBlob | StoreError): boolean =>
  error instanceof DamagedBlob || error.fault === 'damaged'

/** Standard output. A closed pipe is not a failure: the reader has read what it wanted. */
class ToolOutput {
  readonly #stdout: Stdout
  readonly #log: Log
  #failed = false
  #isClosed = false

  constructor(openStdout: OpenStdout, log: Log) {
    this.#log = log
    this.#stdout = openStdout((code) => {
      this.#isClosed = true
      if (code === 'EPIPE') return
      this.#failed = true
      log(`standard output: ${code}\n`)
    })
  }

  get failed(): boolean {
    return this.#failed
  }

  /** Waits for nothing. */
  write(text: string): void {
    this.#stdout.write(text)
  }

  /** Resolves when all is written; with false if nothing more can be, or the reader takes nothing for `stalledMs`. */
  async flush(stalledMs: number | null): Promise<boolean> {
    const isWritten = await this.#stdout.flush(stalledMs)
    if (isWritten || this.#isClosed) return isWritten
    this.#failed = true
    this.#log(`standard output: nothing was read for ${STALL_MS / 60_000} minutes\n`)
    return false
  }

  /** Resolves when it is written, or nothing more can be. */
  print(text: string): Promise<boolean> {
    this.write(text)
    return this.flush(null)
  }
}

async function run(
  request: ToolRequest,
  {
    output,
    openLines,
    log,
  }: { readonly output: ToolOutput; readonly openLines: OpenLines; readonly log: Log },
): Promise<0 | 1 | 2 | 3> {
  switch (request.type) {
    case 'help':
      await output.print(TOOL_HELP)
      return 0
    case 'mistake':
      log(`${request.why}\n`)
      return 3
    case 'backup':
      backup(request.file, request.to)
      return 0
    case 'check':
      return printCheck(request.file, output)
    case 'import':
      await output.print(`${await importFile(request.file, request.from, openLines)}\n`)
      return 0
    case 'lines':
      return printLines(request.file, output, exportLines)
    case 'csv':
      return printLines(request.file, output, (read) => {
        const { file, table, step } = request
        const [first, last] = watchedTime(read)
        const [from, to] = [request.from ?? first, request.to ?? last]
        if (to < from)
          throw new StoreError(
            'io',
            `history ${file}: it was watched from ${timeText(first)} to ${timeText(last)}`,
          )
        return exportCsv(read, { table, step, from, to })
      })
    default: {
      const never: never = request
      return never
    }
  }
}

async function printCheck(file: string, output: ToolOutput): Promise<0 | 2> {
  const { problems, facts } = check(file)
  const result =
    problems.length === 0 ? `${file}: ok` : problems.map((problem) => `${file}: ${problem}`).join('\n')
  await output.print(`${[result, ...facts].join('\n')}\n`)
  return problems.length === 0 ? 0 : 2
}

async function printLines(
  file: string,
  output: ToolOutput,
  lines: (read: ReadHistory) => Generator<string>,
): Promise<0> {
  const read = openToRead(file)
  let chunk = ''
  try {
    let waiting = 0
    for (const line of lines(read)) {
      chunk += `${line}\n`
      if (chunk.length < CHUNK) continue
      output.write(chunk)
      waiting += chunk.length
      chunk = ''
      if (waiting < READ_AHEAD) continue
      if (!(await output.flush(STALL_MS))) return 0
      waiting = 0
    }
  } finally {
    read.close()
  }
  await output.print(chunk)
  return 0
}

/** From the first time that headcount ran to the last. */
function watchedTime({ db }: ReadHistory): [number, number] {
  const row = db
    .prepare('SELECT ifnull(min(begin), 0) AS first, ifnull(max("end"), 0) AS last FROM watched')
    .get()
  return [Number(row?.['first']), Number(row?.['last'])]
}
