import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebhookBody } from '../helpers/alert-run.ts'
import { startHeadcount } from '../helpers/processes.ts'
import { receiverServer } from '../helpers/receiver-server.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { startServer } from './start-server.ts'
import type { TurnRequest } from './turning-server.ts'

/** URLs are in so many groups, by a label: each of them is to be told of once. */
export const GROUPS = 10
/** The time within which everything is found and told, in ms: longer than any machine needs. */
const LIMIT_MS = 120_000
const SUMMARY_INTERVAL_MS = 2_000

/** The extent of a storm. */
export interface StormOptions {
  readonly urls: number
  /** From one poll of a URL to the next, in ms. */
  readonly intervalMs: number
  /** What turns: all servers, which the next poll of each URL finds; or a gateway that is the parent of all URLs, which makes them unknown at once. */
  readonly what: TurnRequest['what']
  /** False: the same without rules, to be compared with. */
  readonly hasAlerts: boolean
  say(line: string): void
}

/** What was told when all URLs had turned. */
export interface StormTold {
  /** How many notifications there were, and of how many URLs each was. */
  readonly totals: readonly number[]
  /** How many URLs each of them named. */
  readonly named: readonly number[]
}

/** The outcome of a storm. */
export interface Storm {
  readonly fired: StormTold
  readonly resolved: StormTold
}

/** A part of a summary line. */
interface Summary {
  readonly type: string
  readonly up: number
  readonly down: number
  readonly pending: number
  readonly skipped: number
  readonly polls: number
  readonly latenessMs: { readonly p99: number; readonly max: number }
}

/** Figures of /proc/PID/status, in MB. */
function megabytes(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024)
}

/** Polls many URLs of servers that all turn down at once, and up again, and says what was told, and how late polls were. */
export async function storm({ urls, intervalMs, what, hasAlerts, say }: StormOptions): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-storm-'))
  const { child: servers, address } = await startServer('turning')
  const received: { readonly body: WebhookBody; readonly at: number }[] = []
  const ends: (() => unknown)[] = []
  const hook = await receiverServer({ teardown: (end) => ends.push(end) }, (response, { body }) => {
    received.push({ body: JSON.parse(body) as WebhookBody, at: performance.now() })
    response.end()
  })
  const config = join(folder, 'c.yml')
  const gateway = `http://${address.hosts[0]}:${address.gateway}/`
  const parent = what === 'gateway' ? ` parent=${gateway}` : ''
  const list = Array.from({ length: urls }, (_, n) => {
    const host = address.hosts[n % address.hosts.length]
    return `http://${host}:${address.port}/${n} label.rack=${n % GROUPS} label.host=host${n}${parent}`
  })
  const ops = { webhook: `${hook.origin}/` }
  const condition = what === 'gateway' ? { unknown: { for: '1s' } } : { down: true }
  const rule = { to: 'ops', match: { rack: '!' }, ...condition, 'group-by': 'rack' }
  const alerts = hasAlerts ? { receivers: { ops }, alerts: [rule] } : {}
  writeFileSync(config, JSON.stringify(alerts))
  const file = join(folder, 'urls.txt')
  writeFileSync(file, [...list, `${gateway} interval=1s`, ''].join('\n'))

  const summaries: Summary[] = []
  const errors: string[] = []
  const { child, ended, isAlive } = startHeadcount(
    [
      ...['-c', config, '-f', file, '--interval', `${intervalMs}ms`, '--keep-alive', '--changes'],
      ...['--error-backoff', '0s', '--status-interval', `${SUMMARY_INTERVAL_MS}ms`],
      ...(hasAlerts ? ['--alert-state', join(folder, 'alerts.db')] : []),
    ],
    {
      urls: null,
      onLine(line) {
        if (line.startsWith('{"type":"summary"')) summaries.push(JSON.parse(line) as Summary)
      },
      onError: (line) => {
        errors.push(line)
        if (errors.length > 100) errors.shift()
      },
    },
  )
  const pid = child.pid as number
  const arePolled = () => waitUntil(() => !isAlive() || (summaries.at(-1)?.up ?? 0) > urls * 0.99, LIMIT_MS)
  const phase = async (name: string, action: () => Promise<void>) => {
    const first = summaries.length + 1
    await action()
    await sleep(SUMMARY_INTERVAL_MS)
    const some = summaries.slice(first)
    const p99 = some.map(({ latenessMs }) => latenessMs.p99).toSorted((a, b) => a - b)
    const skipped = (some.at(-1)?.skipped ?? 0) - (some[0]?.skipped ?? 0)
    const rate =
      ((some.at(-1)?.polls ?? 0) - (some[0]?.polls ?? 0)) /
      ((some.length - 1) * (SUMMARY_INTERVAL_MS / 1_000))
    say(
      `${name}: ${Math.round(rate)} polls/s, ${skipped} skipped, late p99 of ${some.length} spans of ${SUMMARY_INTERVAL_MS} ms: ` +
        `median ${p99[p99.length >> 1]}, highest ${p99.at(-1)} ms; resident ${megabytes(pid, 'VmRSS')} MB, at most ${megabytes(pid, 'VmHWM')} MB`,
    )
  }
  const turn = async (to: 'up' | 'down'): Promise<StormTold> => {
    received.length = 0
    const began = performance.now()
    servers.send({ what, to } satisfies TurnRequest)
    await phase(`all turn ${to}`, async () => {
      const count = () => received.reduce((sum, { body }) => sum + body.total, 0)
      // As long with alerts as without, so that what is measured is the same.
      while (performance.now() < began + intervalMs + LIMIT_MS / 8) await sleep(50)
      const until = began + (hasAlerts ? LIMIT_MS : 0)
      while (count() < urls && performance.now() < until) await sleep(50)
      const told = received.map(({ at }) => ((at - began) / 1_000).toFixed(1))
      say(`all turn ${to}: ${received.length} notifications of ${count()} URLs, after ${told.join(', ')} s`)
    })
    return {
      totals: received.map(({ body }) => body.total),
      named: received.map(({ body }) => body.urls?.length ?? 0),
    }
  }
  try {
    say(
      `${urls} URLs, ${hasAlerts ? '' : 'no '}alerts; ${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`,
    )
    await arePolled()
    if (!isAlive()) throw new Error(`headcount has ended: ${errors.at(-1)}`)
    await phase('calm', () => sleep(intervalMs))
    const fired = await turn('down')
    const resolved = await turn('up')
    return { fired, resolved }
  } finally {
    child.kill('SIGTERM')
    await ended
    servers.disconnect()
    for (const end of ends) end()
    rmSync(folder, { recursive: true })
  }
}
