import { monotonicMs } from './clock.ts'
import { threadCpuMs } from './cpu.ts'
import { Dispatcher } from './dispatcher.ts'
import type { Options } from './options.ts'
import { escapeText } from './print/escape.ts'
import type { Progress } from './print/progress.ts'
import type { Profiles } from './profiles.ts'
import type { LiveLists } from './reload/live-lists.ts'
import type { ResourceId } from './resource/resource.ts'
import { shownUrl } from './resource/shown-url.ts'
import type { ResourceTable } from './resource/table.ts'
import { Schedule } from './schedule/schedule.ts'
import type { Signals } from './signals.ts'
import { StateBatch } from './state/batch.ts'
import { setAsideState } from './state/set-aside.ts'
import { screenOptions, Terminal } from './terminal.ts'
import { KeptMonitor } from './threads/kept-monitor.ts'
import { Pollers } from './threads/pollers.ts'
import { Relaunches } from './threads/relaunch.ts'
import { restart } from './threads/restart.ts'
import { Uplinks } from './threads/uplinks.ts'

/** What the process exits with; README.md tells their meaning. */
export type ExitCode = 0 | 1 | 2 | 3

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
}

/**
 * The codewalk's main: starts the monitor, launches the Pollers, sends them the Resources, takes them back, lets each sleep
 * and sends it again. `stderr` writes lines to standard error; with a Progress, they are said above it.
 */
export async function main(
  { table: list, profiles, lists }: Work,
  options: Options,
  signals: Signals,
  stderr: (lines: string) => void,
  progress: Progress | null = null,
): Promise<ExitCode> {
  const screen = options.format === 'table' ? screenOptions(!options.files.includes('-')) : null
  const lastWords: string[] = []
  const say = (lines: string) => {
    if (screen !== null) monitor.say(lines)
    else if (progress === null) stderr(lines)
    else progress.say(lines)
  }
  const { poolSize, once, poll } = options
  const end = Promise.withResolvers<'done' | 'stopped' | 'failed'>()
  const fail = (error: Error) => {
    const line = `${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}\n`
    // On a live view it would be gone with it.
    if (screen === null) say(line)
    else lastWords.push(line)
    end.resolve('failed')
  }

  // The monitor knows every URL before its first State.
  let incomplete = false
  const monitor = new KeptMonitor(
    list,
    {
      format: options.format,
      changes: options.changes,
      once,
      brief: options.brief,
      statusIntervalMs: once ? null : options.statusIntervalMs,
      pollers: poolSize,
      output: options.output,
      screen,
    },
    {
      outputFailed({ file, code }) {
        if (file === null && GONE.has(code)) return end.resolve('stopped')
        say(`${file ?? 'standard output'}: ${code}\n`)
        incomplete = true
      },
      lost(why) {
        say(`${why}; another takes its place, and some lines may be missing\n`)
        incomplete = true
      },
      asked: () => end.resolve('stopped'),
      failed: fail,
    },
  )

  // Before the monitor has written a line: until then, the signal ends the process.
  const rereads = !once && lists.canChange
  if (options.output !== null) signals.onHangUp(() => monitor.reopen())
  const terminal =
    screen === null
      ? null
      : new Terminal(screen, { diesOfHangUp: options.output === null && !rereads }, monitor)
  /** `left`: the monitor has left the screen as it was. */
  const giveBack = (left: boolean) => {
    terminal?.close(left)
    for (const line of lastWords) stderr(line)
  }

  const monitorStarts = monitor.start()

  // Launch the Pollers. The Resources that one returns are asleep again until they are due.
  const uplinks = new Uplinks(monotonicMs, (line) => say(`${line}\n`))
  const pollers = new Pollers(poolSize, poll, profiles, {
    returned: (resources) => dispatcher.returned(resources),
    notices: say,
    uplink: (poller, why) => uplinks.tell(poller, why),
    // One may die before the others have started.
    lost: (poller, why) => void running.promise.then(() => replace(poller, why)),
  })
  const running = Promise.withResolvers<void>()
  const launch = async (poller: number) => {
    const status = await pollers.launch(poller)
    monitor.listen(poller, status)
    relaunches.launched(poller, monotonicMs())
  }
  const relaunches = new Relaunches(poolSize)
  try {
    await Promise.all([monitorStarts, ...Array.from({ length: poolSize }, (_, poller) => launch(poller))])
  } catch (error) {
    fail(error as Error)
    giveBack(false)
    return 1
  }

  // Send the Resources to the Pollers, and send each again when it is due.
  const schedule = new Schedule(list, { ...options, ...poll, pollers: poolSize }, monotonicMs(), (profile) =>
    profiles.cadence(profile),
  )
  const dispatcher = new Dispatcher(schedule, poolSize, {
    send: (poller, batch) => pollers.send(poller, batch),
    polledOnce: () => once && end.resolve('done'),
  })

  // A poller that dies is replaced; what it had is due again, at the others meanwhile.
  const replace = async (poller: number, why: string) => {
    uplinks.forget(poller)
    const { count, setAside } = dispatcher.close(poller)
    say(`poller ${poller + 1} was lost (${why}); it had ${count} Resources, which are due again\n`)
    const states = new StateBatch()
    for (const id of setAside) {
      const url = escapeText(shownUrl(list.url(id)), MOST_URL)
      say(`${url}: set aside for an hour: each time it was polled, its poller was lost\n`)
      states.add(setAsideState(list.read(id), Date.now(), poller + 1))
    }
    if (states.size > 0) monitor.take(states.take())
    const start = async () => {
      if (pollers.stopping) return
      try {
        await launch(poller)
      } catch (error) {
        if (pollers.stopping) return
        throw error
      }
      dispatcher.open(poller)
    }
    try {
      await restart(relaunches, poller, start, (error) => say(`${error.message}\n`))
    } catch (error) {
      fail(new Error('No poller can be started', { cause: error }))
    }
  }

  running.resolve()
  // What the lists say from now on.
  if (rereads) {
    const owner = {
      know: (ids: readonly ResourceId[]) => monitor.know(ids),
      forget: (ids: readonly ResourceId[]) => monitor.forget(ids),
      add: (ids: readonly ResourceId[]) => dispatcher.add(ids),
      remove: (ids: readonly ResourceId[]) => dispatcher.remove(ids),
      changed: (ids: readonly ResourceId[]) => dispatcher.changed(ids),
    }
    lists.follow(owner, (line) => say(`${line}\n`))
  }
  monitor.keep({
    ledger: () => ({
      owners: schedule.owners,
      credit: schedule.credit,
      skipped: schedule.skipped,
      cpuMs: threadCpuMs(),
    }),
    polls: () => schedule.polls,
    redirect: () => pollers.redirect(),
  })
  const drawing =
    progress === null ? undefined : setInterval(() => progress.update(list.size - schedule.unpolled), DRAW_MS)
  const time =
    options.durationMs === null ? undefined : setTimeout(() => end.resolve('stopped'), options.durationMs)
  signals.onPrint(() => monitor.print())
  signals.onStop(() => end.resolve('stopped'))

  const ending = await end.promise
  if (screen !== null) say('Ending: what is in flight is finished first; once more ends at once\n')
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
    const counts = await monitor.stop(ending === 'done' ? null : endAt - monotonicMs())
    giveBack(true)
    if (ending === 'failed' || (once && incomplete)) return 1
    return once && counts.up < list.size ? 2 : 0
  } catch (error) {
    if (ending !== 'failed') fail(error as Error)
    giveBack(false)
    return 1
  }
}
