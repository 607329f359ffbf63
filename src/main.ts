import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from './clock.ts'
import { threadCpuMs } from './cpu.ts'
import { Dispatcher } from './dispatcher.ts'
import type { Options } from './options.ts'
import { escapeText } from './print/escape.ts'
import type { Ledger } from './print/summary.ts'
import { shownUrl } from './resource/shown-url.ts'
import type { ResourceTable } from './resource/table.ts'
import { Schedule } from './schedule/schedule.ts'
import type { Signals } from './signals.ts'
import { Monitor } from './threads/monitor.ts'
import { Pollers } from './threads/pollers.ts'
import { Relaunches } from './threads/relaunch.ts'

/** What the process exits with; README.md tells their meaning. */
export type ExitCode = 0 | 1 | 2 | 3

/** Past the deadline of the polls in flight, this long is waited for pollers and for standard output, in ms. */
const PATIENCE_MS = 1_000

/** A URL in a line for a person is shown up to this length, in UTF-16 units. */
const MOST_URL = 500

/** Between two accounts of main's to the monitor, in ms. */
const ACCOUNT_MS = 1_000

/**
 * The codewalk's main: starts the monitor, launches the Pollers, sends them the Resources, takes them back, lets each sleep
 * and sends it again. `say` writes lines to standard error.
 */
export async function main(
  list: ResourceTable,
  options: Options,
  signals: Signals,
  say: (lines: string) => void,
): Promise<ExitCode> {
  const { poolSize, once, poll } = options
  const end = Promise.withResolvers<'done' | 'stopped' | 'failed'>()
  const fail = (error: Error) => {
    say(`${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}\n`)
    end.resolve('failed')
  }

  // The monitor knows every URL before its first State.
  let incomplete = false
  const monitor = new Monitor(
    {
      format: options.format,
      changes: options.changes,
      statusIntervalMs: once ? null : options.statusIntervalMs,
      pollers: poolSize,
    },
    {
      outputFailed(code) {
        if (code === 'EPIPE') return end.resolve('stopped')
        say(`standard output: ${code}\n`)
        incomplete = true
      },
      lost: fail,
    },
  )

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
    await Promise.all([
      monitor.know(list),
      ...Array.from({ length: poolSize }, (_, poller) => launch(poller)),
    ])
  } catch (error) {
    fail(error as Error)
    return 1
  }

  // Send the Resources to the Pollers, and send each again when it is due.
  const schedule = new Schedule(list, { ...options, ...poll, pollers: poolSize }, monotonicMs())
  const dispatcher = new Dispatcher(schedule, poolSize, {
    send: (poller, batch) => pollers.send(poller, batch),
    polledOnce: () => once && end.resolve('done'),
  })

  // A poller that dies is replaced; what it had is due again, at the others meanwhile.
  const replace = async (poller: number, why: string) => {
    const { count, setAside } = dispatcher.close(poller)
    say(`poller ${poller + 1} was lost (${why}); it had ${count} Resources, which are due again\n`)
    for (const id of setAside) {
      const url = escapeText(shownUrl(list.url(id)), MOST_URL)
      say(`${url}: set aside for an hour: each time it was polled, its poller was lost\n`)
    }
    let wait: number | null = relaunches.died(poller, monotonicMs())
    while (wait !== null) {
      await sleep(wait)
      if (pollers.stopping) return
      try {
        await launch(poller)
        return dispatcher.open(poller)
      } catch (error) {
        if (pollers.stopping) return
        wait = relaunches.failed(poller)
        if (wait === null) return fail(new Error('No poller can be started', { cause: error }))
        say(`${(error as Error).message}\n`)
      }
    }
  }

  const ledger = (): Ledger => ({ owners: schedule.owners, skipped: schedule.skipped, cpuMs: threadCpuMs() })
  const account = setInterval(() => ignoreEnd(monitor.account(ledger())), ACCOUNT_MS)
  const time =
    options.durationMs === null ? undefined : setTimeout(() => end.resolve('stopped'), options.durationMs)
  signals.onPrint(() => ignoreEnd(monitor.account(ledger()).then(() => monitor.print())))
  signals.onStop(() => end.resolve('stopped'))

  const ending = await end.promise
  dispatcher.stop()
  clearInterval(account)
  clearTimeout(time)
  await pollers.stop(poll.timeoutMs + PATIENCE_MS)
  try {
    // A list that was polled once is read to its end, however slow the reader is.
    const counts = await monitor.stop(ledger(), ending === 'done' ? null : PATIENCE_MS)
    if (ending === 'failed' || (once && incomplete)) return 1
    return once && counts.up < list.size ? 2 : 0
  } catch (error) {
    fail(error as Error)
    return 1
  }
}

/** The monitor's end is told elsewhere, once. */
function ignoreEnd(call: Promise<void>): void {
  call.catch(() => {})
}
