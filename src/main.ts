import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from './runtime/clock.ts'
import { threadCpuMs } from './runtime/cpu.ts'
import { Dispatcher } from './schedule/dispatcher.ts'
import { ExitStatus } from './command/exit-status.ts'
import type { ExitCode } from './command/exit-status.ts'
import type { Options } from './command/options.ts'
import { escapeText } from './print/text/escape.ts'
import type { InputFile } from './print/text/input-files.ts'
import type { MonitorOptions } from './print/text/monitor-options.ts'
import type { ProgressBar } from './print/progress-bar.ts'
import type { Profiles } from './settings/profiles.ts'
import type { LiveLists } from './reload/live-lists.ts'
import type { ListConsumer } from './reload/apply-diff.ts'
import type { ResourceId } from './resource/resource.ts'
import type { ResourceTable } from './resource/resource-table.ts'
import { Schedule } from './schedule/schedule.ts'
import type { Signals } from './runtime/signals.ts'
import { StateBatch } from './state/state-batch.ts'
import { quarantinedState } from './state/quarantined-state.ts'
import { isTerminal, screenOptions, Terminal } from './runtime/terminal.ts'
import { MonitorSupervisor } from './monitor/monitor-supervisor.ts'
import { PollerSupervisor } from './pollers/poller-supervisor.ts'
import { pollerNumber } from './resource/poller-number.ts'

/** From the end of the run to that of the process: the deadline of the polls in flight and this, in ms. */
const GRACE_MS = 1_000

/** The part of it that is for pollers that are late, in ms. */
const POLLERS_GRACE_MS = 350

/** The part of it that is for ending threads and for standard error, in ms. */
const EXIT_MS = 100

/** A URL in a line for a person is shown up to this length, in UTF-16 units. */
const MAX_URL_LENGTH = 500

/** Standard output fails so when its reader or its terminal has gone. */
const READER_GONE_CODES: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])

/** Between two drawings of the progress, in ms. */
const DRAW_MS = 100

/** What there is to poll, and how. */
export interface Work {
  readonly table: ResourceTable
  readonly profiles: Profiles
  /** Where both come from, and change. */
  readonly lists: LiveLists
  /** All files that are read. */
  readonly inputs: readonly InputFile[]
}

/**
 * The codewalk's main: starts the monitor, launches the Pollers, sends them the Resources, takes them back, lets each sleep
 * and sends it again. `stderr` writes lines to standard error; with a ProgressBar, they are said above it.
 */
export async function main(
  { table: list, profiles, lists, inputs }: Work,
  options: Options,
  signals: Signals,
  stderr: (lines: string) => void,
  progress: ProgressBar | null = null,
): Promise<ExitCode> {
  const { poolSize, once, poll } = options
  const screen = options.format === 'table' ? screenOptions(!options.files.includes('-')) : null
  const log = (lines: string) => {
    if (screen !== null) monitor.showNotices(lines)
    else if (progress === null) stderr(lines)
    else progress.printAbove(lines)
  }
  // What is said on a live view is gone with it.
  const exitStatus = new ExitStatus(once, screen === null ? { log } : { logAtExit: stderr })
  const watchesLists = !once && lists.canChange

  // The monitor knows every URL before its first State.
  const monitor = new MonitorSupervisor(list, monitorOptions(options, inputs, screen), {
    outputFailed({ file, code }) {
      if (file === null && READER_GONE_CODES.has(code)) return exitStatus.stop()
      log(`${file ?? 'standard output'}: ${code}\n`)
      exitStatus.markIncomplete()
    },
    lost(why) {
      log(`${why}; another takes its place, and some lines may be missing\n`)
      exitStatus.markIncomplete()
    },
    errors: log,
    quitRequested: () => exitStatus.stop(),
    failed: (error) => exitStatus.fail(error),
  })
  // Before it has written a line: until then, the signal ends the process.
  if (options.output !== null) signals.onHangUp(() => monitor.reopen())
  const diesOfHangUp = options.output === null && !watchesLists
  const terminal = screen === null ? null : new Terminal(screen, { diesOfHangUp }, monitor)
  // The first thread: who measures threads from outside tells them apart by their order.
  const monitorStarts = monitor.start()

  // Launch the Pollers. The Resources that one returns are asleep again until they are due; what a dead one had is due
  // again, at the others meanwhile.
  const pollers = new PollerSupervisor(poolSize, poll, profiles, {
    returned: (resources) => dispatcher.returned(resources),
    notices: log,
    launched: (poller, status) => monitor.listen(pollerNumber(poller), status),
    lost(poller, why, suspectsInFlight) {
      const { count, setAside } = dispatcher.close(poller, suspectsInFlight)
      log(
        `poller ${pollerNumber(poller)} was lost (${why}); it had ${count} Resources, which are due again\n`,
      )
      if (setAside.length > 0) monitor.addStates(reportSetAside(setAside, poller, list, log))
    },
    replaced: (poller) => dispatcher.open(poller),
    failed: (error) => exitStatus.fail(error),
  })
  try {
    const started = Promise.all([monitorStarts, pollers.start()]).then(() => true)
    if (!(await Promise.race([started, startAborted(signals)])))
      throw new Error('Asked to end before all threads had started')
  } catch (error) {
    exitStatus.fail(error as Error)
    terminal?.close(false)
    return exitStatus.code(null)
  }

  // Send the Resources to the Pollers, and send each again when it is due.
  const schedule = new Schedule(list, { ...options, ...poll, pollers: poolSize }, monotonicMs(), (profile) =>
    profiles.cadence(profile),
  )
  const dispatcher = new Dispatcher(schedule, poolSize, monotonicMs, {
    send: (poller, batch) => pollers.send(poller, batch),
    polledOnce: () => once && exitStatus.done(),
  })
  pollers.enableRestart()
  if (watchesLists) lists.follow(listConsumer(monitor, dispatcher), (line) => log(`${line}\n`))
  monitor.enableRestart({
    stats: () => ({
      owners: schedule.owners,
      maxLent: schedule.maxLent,
      skipped: schedule.skipped,
      cpuMs: threadCpuMs(),
    }),
    polls: () => schedule.polls,
    switchStatusPorts: () => pollers.switchStatusPorts(),
  })

  // Until there is a reason to end.
  const drawing =
    progress === null ? undefined : setInterval(() => progress.update(list.size - schedule.unpolled), DRAW_MS)
  const { durationMs } = options
  const time = durationMs === null ? undefined : setTimeout(() => exitStatus.stop(), durationMs)
  signals.onPrint(() => monitor.print())
  signals.onStop(() => exitStatus.stop())
  const how = await exitStatus.reason
  // Who waits at a terminal is told why nothing seems to happen.
  if (screen !== null || (how === 'stopped' && isTerminal(2)))
    log('Ending: what is in flight is finished first; once more ends at once\n')

  // The last word is the monitor's.
  const { longestTimeoutMs } = profiles
  const endAt = monotonicMs() + longestTimeoutMs + GRACE_MS - EXIT_MS
  dispatcher.stop()
  lists.close()
  clearTimeout(time)
  await pollers.stop(longestTimeoutMs + POLLERS_GRACE_MS)
  clearInterval(drawing)
  await progress?.end(GRACE_MS)
  try {
    // A list that was polled once is read to its end, however slow the reader is.
    const counts = await monitor.stop(how === 'done' ? null : endAt - monotonicMs())
    terminal?.close(true)
    return exitStatus.code(counts.up === list.size)
  } catch (error) {
    if (how !== 'failed') exitStatus.fail(error as Error)
    terminal?.close(false)
    return exitStatus.code(null)
  }
}

/** Resolves when threads that start have been waited for long enough since the end was asked for. */
async function startAborted(signals: Signals): Promise<false> {
  await new Promise<void>((resolve) => signals.onStop(resolve))
  return sleep(GRACE_MS, false, { ref: false })
}

function monitorOptions(
  options: Options,
  inputs: readonly InputFile[],
  screen: MonitorOptions['screen'],
): Omit<MonitorOptions, 'resumeFrom'> {
  const { format, changes, verbose, once, brief, statusIntervalMs, poolSize, output } = options
  return {
    format,
    changes,
    verbose,
    once,
    brief,
    statusIntervalMs: once ? null : statusIntervalMs,
    pollers: poolSize,
    output,
    inputs,
    screen,
  }
}

/** Who hears what the lists say from now on: the monitor before the first State comes, the schedule by way of the loop. */
function listConsumer(monitor: MonitorSupervisor, dispatcher: Dispatcher): ListConsumer {
  return {
    register: (ids) => monitor.registerUrls(ids),
    unregister: (ids) => monitor.unregisterUrls(ids),
    add: (ids) => dispatcher.add(ids),
    remove: (ids) => dispatcher.remove(ids),
    update: (ids) => dispatcher.cadenceChanged(ids),
  }
}

/** Says which Resources were set aside when a poller was lost: a line each, and a State each. */
function reportSetAside(
  setAside: readonly ResourceId[],
  poller: number,
  list: ResourceTable,
  log: (line: string) => void,
): ArrayBuffer {
  const states = new StateBatch()
  for (const id of setAside) {
    const url = escapeText(list.displayName(id), MAX_URL_LENGTH)
    log(`${url}: set aside for an hour: each time it was polled, its poller was lost\n`)
    states.add(quarantinedState(list.read(id), Date.now(), pollerNumber(poller)))
  }
  return states.take()
}
