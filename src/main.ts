import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from './clock.ts'
import { threadCpuMs } from './cpu.ts'
import { Dispatcher } from './dispatcher.ts'
import { Ending } from './ending.ts'
import type { ExitCode } from './ending.ts'
import type { Options } from './options.ts'
import { escapeText } from './print/escape.ts'
import type { InputFile } from './print/inputs.ts'
import type { MonitorOptions } from './print/options.ts'
import type { ProgressBar } from './print/progress.ts'
import type { Profiles } from './profiles.ts'
import type { LiveLists } from './reload/live-lists.ts'
import type { Owner } from './reload/apply.ts'
import type { ResourceId } from './resource/resource.ts'
import type { ResourceTable } from './resource/table.ts'
import { Schedule } from './schedule/schedule.ts'
import type { Signals } from './signals.ts'
import { StateBatch } from './state/batch.ts'
import { quarantinedState } from './state/set-aside.ts'
import { isTerminal, screenOptions, Terminal } from './terminal.ts'
import { KeptMonitor } from './threads/kept-monitor.ts'
import { KeptPollers } from './threads/kept-pollers.ts'

/** From the end of the run to that of the process: the deadline of the polls in flight and this, in ms. */
const PATIENCE_MS = 1_000

/** The part of it that is for pollers that are late, in ms. */
const POLLERS_MS = 350

/** The part of it that is for ending threads and for standard error, in ms. */
const EXIT_MS = 100

/** A URL in a line for a person is shown up to this length, in UTF-16 units. */
const MOST_URL = 500

/** Standard output fails so when its reader or its terminal has gone. */
const GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])

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
  const say = (lines: string) => {
    if (screen !== null) monitor.say(lines)
    else if (progress === null) stderr(lines)
    else progress.printAbove(lines)
  }
  // What is said on a live view is gone with it.
  const ending = new Ending(once, screen === null ? { say } : { sayLast: stderr })
  const follows = !once && lists.canChange

  // The monitor knows every URL before its first State.
  const monitor = new KeptMonitor(list, monitorOptions(options, inputs, screen), {
    outputFailed({ file, code }) {
      if (file === null && GONE.has(code)) return ending.stop()
      say(`${file ?? 'standard output'}: ${code}\n`)
      ending.miss()
    },
    lost(why) {
      say(`${why}; another takes its place, and some lines may be missing\n`)
      ending.miss()
    },
    errors: say,
    asked: () => ending.stop(),
    failed: (error) => ending.fail(error),
  })
  // Before it has written a line: until then, the signal ends the process.
  if (options.output !== null) signals.onHangUp(() => monitor.reopen())
  const diesOfHangUp = options.output === null && !follows
  const terminal = screen === null ? null : new Terminal(screen, { diesOfHangUp }, monitor)
  // The first thread: who measures threads from outside tells them apart by their order.
  const monitorStarts = monitor.start()

  // Launch the Pollers. The Resources that one returns are asleep again until they are due; what a dead one had is due
  // again, at the others meanwhile.
  const pollers = new KeptPollers(poolSize, poll, profiles, {
    returned: (resources) => dispatcher.returned(resources),
    notices: say,
    launched: (poller, status) => monitor.listen(poller, status),
    lost(poller, why, begun) {
      const { count, setAside } = dispatcher.close(poller, begun)
      say(`poller ${poller + 1} was lost (${why}); it had ${count} Resources, which are due again\n`)
      if (setAside.length > 0) monitor.take(tellSetAside(setAside, poller, list, say))
    },
    replaced: (poller) => dispatcher.open(poller),
    failed: (error) => ending.fail(error),
  })
  try {
    const started = Promise.all([monitorStarts, pollers.start()]).then(() => true)
    if (!(await Promise.race([started, gaveUp(signals)])))
      throw new Error('Asked to end before all threads had started')
  } catch (error) {
    ending.fail(error as Error)
    terminal?.close(false)
    return ending.code(null)
  }

  // Send the Resources to the Pollers, and send each again when it is due.
  const schedule = new Schedule(list, { ...options, ...poll, pollers: poolSize }, monotonicMs(), (profile) =>
    profiles.cadence(profile),
  )
  const dispatcher = new Dispatcher(schedule, poolSize, {
    send: (poller, batch) => pollers.send(poller, batch),
    polledOnce: () => once && ending.done(),
  })
  pollers.keep()
  if (follows) lists.follow(ownerOf(monitor, dispatcher), (line) => say(`${line}\n`))
  monitor.keep({
    ledger: () => ({
      owners: schedule.owners,
      maxLent: schedule.credit,
      skipped: schedule.skipped,
      cpuMs: threadCpuMs(),
    }),
    polls: () => schedule.polls,
    redirect: () => pollers.redirect(),
  })

  // Until there is a reason to end.
  const drawing =
    progress === null ? undefined : setInterval(() => progress.update(list.size - schedule.unpolled), DRAW_MS)
  const { durationMs } = options
  const time = durationMs === null ? undefined : setTimeout(() => ending.stop(), durationMs)
  signals.onPrint(() => monitor.print())
  signals.onStop(() => ending.stop())
  const how = await ending.reason
  // Who waits at a terminal is told why nothing seems to happen.
  if (screen !== null || (how === 'stopped' && isTerminal(2)))
    say('Ending: what is in flight is finished first; once more ends at once\n')

  // The last word is the monitor's.
  const { longestTimeoutMs } = profiles
  const endAt = monotonicMs() + longestTimeoutMs + PATIENCE_MS - EXIT_MS
  dispatcher.stop()
  lists.close()
  clearTimeout(time)
  await pollers.stop(longestTimeoutMs + POLLERS_MS)
  clearInterval(drawing)
  await progress?.end(PATIENCE_MS)
  try {
    // A list that was polled once is read to its end, however slow the reader is.
    const counts = await monitor.stop(how === 'done' ? null : endAt - monotonicMs())
    terminal?.close(true)
    return ending.code(counts.up === list.size)
  } catch (error) {
    if (how !== 'failed') ending.fail(error as Error)
    terminal?.close(false)
    return ending.code(null)
  }
}

/** Resolves when threads that start have been waited for long enough since the end was asked for. */
async function gaveUp(signals: Signals): Promise<false> {
  await new Promise<void>((resolve) => signals.onStop(resolve))
  return sleep(PATIENCE_MS, false, { ref: false })
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
function ownerOf(monitor: KeptMonitor, dispatcher: Dispatcher): Owner {
  return {
    know: (ids) => monitor.know(ids),
    forget: (ids) => monitor.forget(ids),
    add: (ids) => dispatcher.add(ids),
    remove: (ids) => dispatcher.remove(ids),
    changed: (ids) => dispatcher.changed(ids),
  }
}

/** Says which Resources were set aside when a poller was lost: a line each, and a State each. */
function tellSetAside(
  setAside: readonly ResourceId[],
  poller: number,
  list: ResourceTable,
  say: (line: string) => void,
): ArrayBuffer {
  const states = new StateBatch()
  for (const id of setAside) {
    const url = escapeText(list.shown(id), MOST_URL)
    say(`${url}: set aside for an hour: each time it was polled, its poller was lost\n`)
    states.add(quarantinedState(list.read(id), Date.now(), poller + 1))
  }
  return states.take()
}
