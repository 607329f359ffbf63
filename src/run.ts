import { planGroups } from './command/capacity/plan-groups.ts'
import { planText, shortageText } from './command/capacity/plan-text.ts'
import { planOf } from './command/capacity/plan.ts'
import { readCommand } from './command/command.ts'
import type { CommandRequest } from './command/command.ts'
import type { ExitCode } from './command/exit-status.ts'
import { fitPool } from './command/fit-pool.ts'
import { NEXT_STEPS } from './command/help/short-help.ts'
import { helperNamed } from './command/help/sub-commands.ts'
import type { Options } from './command/options.ts'
import { createOutput } from './command/output-file.ts'
import { linesOpener } from './command/open-lines.ts'
import { planInput } from './command/plan-input.ts'
import { refusalOf, withRefusal } from './command/strict-lines.ts'
import { createProgress } from './print/create-progress.ts'
import { Diagnostics } from './print/diagnostics.ts'
import type { Work } from './reload/work.ts'
import { Output } from './print/output.ts'
import { printText } from './print/print-text.ts'
import { checkResult } from './reload/check-result.ts'
import { followedRedirects } from './reload/followed-redirects.ts'
import { idleRuleLines } from './reload/idle-rules.ts'
import { main } from './main.ts'
import type { LiveLists } from './reload/live-lists.ts'
import { missingParents } from './reload/parent-faults.ts'
import { duplicatesLine } from './reload/first-reading.ts'
import type { FirstReading } from './reload/first-reading.ts'
import { openLists } from './reload/open-lists.ts'
import { monotonicMs } from './runtime/clock.ts'
import type { Signals } from './runtime/signals.ts'
import { keepHeapsSmall } from './runtime/heap-flags.ts'
import { leaveRemovedFolder } from './runtime/working-folder.ts'
import { ListError } from './targets/read-targets.ts'

/** At the end, output is discarded when its stream accepts nothing for this long, in ms. */
const FLUSH_TIMEOUT_MS = 1_000

type RunRequest = Extract<CommandRequest, { type: 'run' }>
type Log = (lines: string) => void

/** Does what the command line asks for; returns the exit code. `argv` is without node and script. */
export async function run(argv: readonly string[], signals: Signals): Promise<ExitCode> {
  // Writes do not block: with process.stderr, a pipe that nobody reads would stop the whole thread.
  const stderr = new Output(2, () => {})
  const said = new Diagnostics((text) => stderr.write(text), monotonicMs)
  // A command that listens to the signal ends by itself; any other waits for a server, or for the writer of a pipe, who may never come.
  let listens = false
  const ended = new Promise<1>((resolve) => signals.onStop(() => listens || resolve(1)))
  const onStop = (listener: () => void): void => {
    listens = true
    signals.onStop(listener)
  }
  try {
    leaveRemovedFolder()
    return await Promise.race([runCommand(argv, signals, { stderr, said, onStop }), ended])
  } finally {
    said.flush()
    await stderr.flush(FLUSH_TIMEOUT_MS)
  }
}

/** `onStop`: how a command listens to the signal that ends it. */
interface Streams {
  readonly stderr: Output
  readonly said: Diagnostics
  readonly onStop: Signals['onStop']
}

async function runCommand(argv: readonly string[], signals: Signals, streams: Streams): Promise<ExitCode> {
  const { stderr, said, onStop } = streams
  const { log, refuse } = said
  const rest = argv.slice(1)
  if (argv[0] === 'history') {
    if (rest[0] === 'check' || rest[0] === 'export') signals.endAtOnce()
    // Loaded only where it is asked for.
    const { runHistoryTool } = await import('./history/tool/run-tool.ts')
    return runHistoryTool(rest, (failed) => new Output(1, failed), linesOpener(onStop), refuse)
  }
  if (argv[0] === 'alerts') return (await import('./command/run-alerts.ts')).runAlerts(rest, refuse)
  if (argv[0] === 'silence') return (await import('./command/run-silence.ts')).runSilence(rest, refuse)
  if (argv[0] === 'cluster') {
    const { runCluster } = await import('./command/run-cluster.ts')
    const tool = () => import('./cluster/engine/cluster-tool.ts')
    return runCluster(rest, refuse, async (...asked) => (await tool()).askCluster(...asked))
  }
  const helper = helperNamed(argv[0])
  if (helper !== null) return (await import('./command/run-helper.ts')).runHelper(helper, rest, refuse)
  if (argv[0] === 'notify') return (await import('./command/run-notify.ts')).runNotify(rest, refuse, onStop)
  if (argv[0] === 'export-page') {
    const { runExport } = await import('./command/run-export.ts')
    const { PageExport } = await import('./web/export/page-export.ts')
    const { maintenanceCalendar } = await import('./alerts/run/maintenance-calendar.ts')
    return runExport(rest, log, {
      create(directory, pages, windows) {
        const calendar = maintenanceCalendar(windows)
        return new PageExport(directory, pages, Date.now, (labels, now) => calendar.covers({ labels }, now))
      },
      poll: (request, pageExport) => runWith(request, signals, streams, pageExport),
      download: async (...asked) => (await import('./web/export/page-download.ts')).downloadPages(...asked),
    })
  }
  const request = await readCommand(argv)
  if (request.type === 'run') {
    for (const notice of request.notices) log(`${notice}\n`)
    return runWith(request, signals, streams)
  }
  if (request.ok) return (await printText(request.text, log)) ? 0 : 1
  // Not a message: the first words to somebody who has typed no more than the name.
  if (request.text === NEXT_STEPS) stderr.write(request.text)
  else refuse(request.text)
  return 3
}

/** Reads the lists, then checks, plans or polls. */
async function runWith(
  request: RunRequest,
  signals: Signals,
  { stderr, said, onStop }: Streams,
  pageExport: Work['pageExport'] = null,
): Promise<ExitCode> {
  const { options, inputs, probes, config: pages } = request
  if (!options.once && options.cluster === null) keepHeapsSmall()
  const { log, refuse } = said
  if (options.verbose) said.repeatAll()
  const stopped = new Promise<'stopped'>((resolve) => onStop(() => resolve('stopped')))
  const site = options.demo ? await (await import('./demo/site.ts')).startDemoSite() : null
  try {
    const urls = [...options.urls, ...(site?.urls ?? [])]
    const lists = openLists({ ...withRefusal(options), urls }, pages, process.stdin, log)
    const work = { ...lists, inputs, probes, pages, pageExport }
    // Decided before the lists are read, which may take long.
    if (work.lists.canChange) signals.onHangUp(() => void work.lists.readAgain())
    else if (options.outputs.length === 0 && (options.once || work.probes === null)) signals.endOnHangUp()
    const reading = await Promise.race([firstReading(work.lists, options, refuse), stopped])
    // A run without an end stops cleanly; any other has no result.
    if (reading === 'stopped') return options.once || options.check || options.plan ? 1 : 0
    if (reading === null) return 3
    const duplicates = duplicatesLine(reading)
    if (duplicates !== null) log(duplicates)
    for (const line of missingParents(work.profiles.parents, work.table)) log(`${line}\n`)
    for (const line of followedRedirects(options.poll, work.profiles, work.table)) log(`${line}\n`)
    for (const line of await idleRuleLines(pages, work.table)) log(`${line}\n`)
    if (options.check) {
      const code = await Promise.race([printCheck(request, work, reading, log), stopped])
      return code === 'stopped' ? 1 : code
    }
    const answersProbes = work.probes !== null && options.listen !== null && !options.once
    if (work.table.size === 0 && !answersProbes && options.cluster === null) {
      refuse('There is no valid URL in the lists\n')
      return 3
    }
    const input = planInput(options, {
      groups: planGroups(options.poll, work.table.size, work.profiles.inUse()),
      secure: reading.secure,
      origins: work.table.origins.size,
    })
    const plan = planOf(input)
    if (options.plan) {
      const printed = await Promise.race([printText(planText(input, plan), log), stopped])
      if (printed !== true) return 1
      return plan.shortages.length > 0 ? 4 : 0
    }
    // In a cluster, a machine polls its share of them.
    const warning = options.once || options.cluster !== null ? null : shortageText(plan)
    if (warning !== null) log(`${warning}\n`)
    const refusal = request.refusal()
    if (refusal !== '') {
      refuse(refusal)
      return 3
    }
    if (!options.outputs.every((file) => createOutput(file, refuse))) return 3
    const progress = createProgress(options.progress, stderr, work.table.size)
    if (progress !== null) said.redirect((text) => progress.printAbove(text))
    return await main(work, fitPool(options, work.table.size), signals, log, progress)
  } finally {
    await site?.close()
  }
}

/** Null when a list cannot be read, or a line of it is wrong where none may be. That is reported. */
async function firstReading(lists: LiveLists, options: Options, refuse: Log): Promise<FirstReading | null> {
  try {
    const reading = await lists.readFirst()
    const refusal = refusalOf(options, reading.invalid)
    if (refusal === null) return reading
    refuse(refusal)
    return null
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    refuse(`${error.message}\n`)
    return null
  }
}

/** Prints the result of `--check`, and returns its exit code. */
async function printCheck({ config, options }: RunRequest, work: Work, reading: FirstReading, log: Log) {
  const hasList = options.urls.length + options.files.length > 0 || config?.isList === true || options.demo
  const { text, code } = checkResult(work, reading, config, hasList)
  return (await printText(text, log)) ? code : 1
}
