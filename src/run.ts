import { monotonicMs } from './runtime/clock.ts'
import { readCommand } from './command/command.ts'
import type { CommandRequest } from './command/command.ts'
import { startDemoSite } from './demo/site.ts'
import { cores, localPorts, memoryLimit } from './capacity/limits.ts'
import type { ExitCode } from './command/exit-status.ts'
import { main } from './main.ts'
import type { Options } from './command/options.ts'
import { planOf, planText } from './capacity/plan.ts'
import type { PlanInput, PlannedGroup } from './capacity/plan.ts'
import { checkFile } from './print/file-output.ts'
import { Output } from './print/output.ts'
import { ProgressBar } from './print/progress-bar.ts'
import { Profiles } from './settings/profiles.ts'
import { configuredSources } from './reload/config-sources.ts'
import { LiveLists } from './reload/live-lists.ts'
import type { FirstReading } from './reload/first-reading.ts'
import { fetchDeadlineMs, sourceOf, sourcesOf } from './reload/create-sources.ts'
import type { SourceOptions } from './reload/create-sources.ts'
import { ResourceTable } from './resource/resource-table.ts'
import type { Signals } from './runtime/signals.ts'
import { redactName } from './settings/quote.ts'
import { describeError, ListError } from './targets/read-targets.ts'

/** What has not been written to a stream that takes nothing after this long, in ms, is lost at the end. */
const FLUSH_TIMEOUT_MS = 1_000

/** Does what the command line asks for; gives the exit code. `argv` is without node and script. */
export async function run(argv: readonly string[], signals: Signals): Promise<ExitCode> {
  // Written without waiting: with process.stderr, a pipe that nobody reads would stop the whole thread.
  const stderr = new Output(2, () => {})
  const log = (lines: string) => stderr.write(lines)
  const stopped = new Promise<'stopped'>((resolve) => signals.onStop(() => resolve('stopped')))
  try {
    // A pipe that is given as a configuration may wait for its writer for ever.
    const asked = await Promise.race([readCommand(argv), stopped])
    if (asked === 'stopped') return 1
    if (asked.type === 'run') {
      for (const notice of asked.notices) log(`${notice}\n`)
      return await runWith(asked, signals, stderr)
    }
    if (asked.ok) return (await print(asked.text, log)) ? 0 : 1
    log(asked.text)
    return 3
  } finally {
    await stderr.flush(FLUSH_TIMEOUT_MS)
  }
}

async function runWith(
  { options, config, inputs }: Extract<CommandRequest, { type: 'run' }>,
  signals: Signals,
  stderr: Output,
): Promise<ExitCode> {
  const log = (lines: string) => stderr.write(lines)
  const site = options.demo ? await startDemoSite() : null
  try {
    const stopped = new Promise<'stopped'>((resolve) => signals.onStop(() => resolve('stopped')))
    const table = new ResourceTable()
    const profiles = new Profiles(options.poll)
    const urls = [...options.urls, ...(site?.urls ?? [])]
    const { stdin } = process
    const listOptions = sourceOptions(options)
    const configured =
      config === null ? [] : configuredSources(config, (list) => sourceOf(list, stdin, listOptions))
    const lists = new LiveLists(
      [...sourcesOf(urls, options.files, stdin, listOptions), ...configured],
      { table, profiles },
      options,
      (line) => log(`${line}\n`),
    )
    // Decided before the lists are read, which may take long.
    if (!options.once && lists.canChange) signals.onHangUp(() => void lists.readAgain())
    else if (options.output === null) signals.endOnHangUp()
    const read = await Promise.race([readFirst(lists, log), stopped])
    // What polls for ever was asked to end, and did; anything else has no result.
    if (read === 'stopped') return options.once || options.check || options.plan ? 1 : 0
    if (read === null) return 3
    const { duplicates, complaints, secure } = read
    if (duplicates > 0) log(`${duplicates} duplicates of URLs in the list: each URL is polled once\n`)
    if (options.check) {
      const mistakes = config?.problems.length ?? 0
      const inConfig = config === null ? '' : `, ${mistakes} mistakes in the configuration`
      const counts = `${table.size} URLs, ${duplicates} duplicates, ${complaints} lines that can't be polled`
      if (!(await print(`${counts}${inConfig}\n`, log))) return 1
      return complaints + mistakes > 0 || lists.hasTooManySettings || table.size === 0 ? 3 : 0
    }
    if (table.size === 0) {
      log('There is nothing in the list that can be polled\n')
      return 3
    }
    const planned = planInput(table, profiles, secure, options)
    const plan = planOf(planned)
    if (options.plan) {
      if (!(await print(planText(planned, plan), log))) return 1
      return plan.shortages.length > 0 ? 4 : 0
    }
    if (!options.once && plan.shortages.length > 0) {
      const shortages = plan.shortages.join('; for ')
      log(`This machine can not keep the cadence of the list, which asks for ${shortages}\n`)
    }
    if (options.output !== null && !createOutput(options.output, log)) return 3
    const progress = options.progress ? createProgress(stderr, table.size) : null
    return await main({ table, profiles, lists, inputs }, options, signals, log, progress)
  } finally {
    await site?.close()
  }
}

/** A run that ends by itself speaks for all of its lists: it waits for none. */
function sourceOptions({ refreshMs, once, check, plan, poll }: Options): SourceOptions {
  const { userAgent, tls } = poll
  return {
    refreshMs,
    deadlineMs: fetchDeadlineMs(refreshMs),
    userAgent,
    ca: tls.ca,
    optionalAtStart: !once && !check && !plan,
  }
}

/** Null when a list can't be read, which is said. */
async function readFirst(lists: LiveLists, log: (lines: string) => void): Promise<FirstReading | null> {
  try {
    return await lists.readFirst()
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    log(`${error.message}\n`)
    return null
  }
}

function planInput(
  table: ResourceTable,
  profiles: Profiles,
  secure: number,
  { poolSize, descriptors, poll }: Options,
): PlanInput {
  const { intervalMs, timeoutMs, keepAlive } = poll
  const groups: PlannedGroup[] = []
  let others = table.size
  for (const { overrides, uses } of profiles.inUse()) {
    groups.push({ intervalMs, timeoutMs, keepAlive, ...overrides, urls: uses })
    others -= uses
  }
  if (others > 0) groups.push({ intervalMs, timeoutMs, keepAlive, urls: others })
  return {
    groups,
    secure,
    origins: table.origins,
    maxKeptConnections: poll.keptConnections,
    poolSize,
    concurrency: poll.concurrency,
    cores: cores(),
    descriptors,
    ports: localPorts(),
    memory: memoryLimit(),
  }
}

function createProgress(stderr: Output, urls: number): ProgressBar {
  const screen = {
    write: (text: string) => stderr.write(text),
    flush: (stalledMs: number) => stderr.flush(stalledMs),
    columns: () => process.stderr.columns,
  }
  return new ProgressBar(screen, urls, monotonicMs)
}

/** Makes the file of results, now that there is something to poll; false, and said, when that can't be done. */
function createOutput(path: string, log: (lines: string) => void): boolean {
  try {
    checkFile(path)
    return true
  } catch (error) {
    log(`error: --output: ${redactName(path)}: ${describeError(error)}\n`)
    return false
  }
}

/** Resolves with false when the text could not be written, which is said; a reader that has gone has all that it wanted. */
async function print(text: string, log: (lines: string) => void): Promise<boolean> {
  let failed = false
  const stdout = new Output(1, (code) => {
    if (code === 'EPIPE') return
    failed = true
    log(`standard output: ${code}\n`)
  })
  stdout.write(text)
  await stdout.flush(null)
  return !failed
}
