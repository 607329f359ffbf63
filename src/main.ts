import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from './clock.ts'
import { threadCpuMs } from './cpu.ts'
import { Dispatcher } from './dispatcher.ts'
import type { Options } from './options.ts'
import type { Progress } from './print/progress.ts'
import type { Ledger } from './print/summary.ts'
import type { ResourceTable } from './resource/table.ts'
import { Schedule } from './schedule/schedule.ts'
import type { Signals } from './signals.ts'
import { screenOptions, Terminal } from './terminal.ts'
import { Monitor } from './threads/monitor.ts'
import { Pollers } from './threads/pollers.ts'
import { Relaunches } from './threads/relaunch.ts'

/** What the process exits with; README.md tells their meaning. */
export type ExitCode = 0 | 1 | 2 | 3

/** Past the deadline of the polls in flight, this long is waited for pollers and for standard output, in ms. */
const PATIENCE_MS = 1_000

/** Between two accounts of main's to the monitor, in ms. */
const ACCOUNT_MS = 1_000

/** Standard output fails so when its reader or its terminal has gone. */
const GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])

/** Between two drawings of the progress, in ms. */
const DRAW_MS = 100

/**
 * The codewalk's main: starts the monitor, launches the Pollers, sends them the Resources, takes them back, lets each sleep
 * and sends it again. `stderr` writes lines to standard error; with a Progress, they are said above it.
 */
export async function main(
  list: ResourceTable,
  options: Options,
  signals: Signals,
  stderr: (lines: string) => void,
  progress: Progress | null = null,
): Promise<ExitCode> {
  const screen = options.format === 'table' ? screenOptions(!options.files.includes('-')) : null
  const lastWords: string[] = []
  const say = (lines: string) => {
    if (screen !== null) ignoreEnd(monitor.say(lines))
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
  const monitor = new Monitor(
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
      lost: fail,
    },
  )

  // Before the monitor has written a line: until then, the signal ends the process.
  if (options.output !== null) signals.onHangUp(() => ignoreEnd(monitor.reopen()))
  const terminal =
    screen === null
      ? null
      : new Terminal(
          screen,
          { diesOfHangUp: options.output === null },
          {
            keys: (input) => ignoreEnd(monitor.keys(input)),
            resized: (size) => ignoreEnd(monitor.resize(size)),
            lent: () => monitor.lend(true).catch(() => {}),
            back: () => ignoreEnd(monitor.lend(false)),
          },
        )
  /** `left`: the monitor has left the screen as it was. */
  const giveBack = (left: boolean) => {
    terminal?.close(left)
    for (const line of lastWords) stderr(line)
  }
  if (screen !== null) ignoreEnd(monitor.asked().then(() => end.resolve('stopped')))

  // Launch the Pollers. The Resources that one returns are asleep again until they are due.
  const pollers = new Pollers(poolSize, poll, {
    returned: (resources) => dispatcher.returned(resources),
    notices: say,
    lost: (poller, why) => void replace(poller, why),
  })
  const launch = async (poller: number) => {
    const status = await pollers.launch(poller)
    await monitor.listen(poller, status)
    relaunches.launched(poller, monotonicMs())
  }
  const relaunches = new Relaunches(poolSize)
  try {
    await monitor.know(list)
    await Promise.all(Array.from({ length: poolSize }, (_, poller) => launch(poller)))
  } catch (error) {
    fail(error as Error)
    giveBack(false)
    return 1
  }

  // Send the Resources to the Pollers, and send each again when it is due.
  const schedule = new Schedule(list, { ...options, ...poll, pollers: poolSize }, monotonicMs())
  const dispatcher = new Dispatcher(schedule, poolSize, {
    send: (poller, batch) => pollers.send(poller, batch),
    polledOnce: () => once && end.resolve('done'),
  })

  // A poller that dies is replaced; what it had is due again.
  const replace = async (poller: number, why: string) => {
    const count = dispatcher.close(poller)
    say(`poller ${poller + 1} was lost (${why}); it had ${count} Resources, which are due again\n`)
    await sleep(relaunches.died(poller, monotonicMs()))
    if (pollers.stopping) return
    try {
      await launch(poller)
      dispatcher.open(poller)
    } catch (error) {
      fail(error as Error)
    }
  }

  const ledger = (): Ledger => ({ owners: schedule.owners, skipped: schedule.skipped, cpuMs: threadCpuMs() })
  const account = setInterval(() => ignoreEnd(monitor.account(ledger())), ACCOUNT_MS)
  const drawing =
    progress === null ? undefined : setInterval(() => progress.update(list.size - schedule.unpolled), DRAW_MS)
  const time =
    options.durationMs === null ? undefined : setTimeout(() => end.resolve('stopped'), options.durationMs)
  signals.onPrint(() => ignoreEnd(monitor.account(ledger()).then(() => monitor.print())))
  signals.onStop(() => end.resolve('stopped'))

  const ending = await end.promise
  if (screen !== null) say('Ending: what is in flight is finished first; once more ends at once\n')
  dispatcher.stop()
  clearInterval(account)
  clearTimeout(time)
  await pollers.stop(poll.timeoutMs + PATIENCE_MS)
  clearInterval(drawing)
  await progress?.end(PATIENCE_MS)
  try {
    // A list that was polled once is read to its end, however slow the reader is.
    const counts = await monitor.stop(ledger(), ending === 'done' ? null : PATIENCE_MS)
    giveBack(true)
    if (ending === 'failed' || (once && incomplete)) return 1
    return once && counts.up < list.size ? 2 : 0
  } catch (error) {
    fail(error as Error)
    giveBack(false)
    return 1
  }
}

/** The monitor's end is told elsewhere, once. */
function ignoreEnd(call: Promise<void>): void {
  call.catch(() => {})
}
