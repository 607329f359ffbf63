// Long runs of the whole program.
// `npm run soak -- --polls 1000000` checks that there is no false verdict on a busy machine.
// `npm run soak -- --overload --minutes 30` checks the same with names, TLS and kept connections, and stops servers and the program.
// `npm run soak -- --minutes 60 --plot docs/soak.svg` checks that nothing grows while pollers die and lists change.
// `npm run soak -- --http2 --minutes 10` checks that no response over HTTP/2 ends the process.
// `npm run soak -- --clients --minutes 3` checks that clients which misuse the HTTP server do not disturb polls.
// `npm run soak -- --isolation --minutes 6` prints how late healthy URLs are beside every hostile behaviour that the tests know.
// `npm run soak -- --kinds --polls 1000000` checks that memory stays the same with every kind of poll; `--kind tls`: with one.
// `npm run soak -- --storm --urls 100000` turns all URLs at once, with rules of alerts and without; `--gateway`: by their parent.
import { parseArgs } from 'node:util'
import { clients } from './clients.ts'
import { falseVerdicts } from './false-verdicts.ts'
import { http2 } from './http2.ts'
import { isolation } from './isolation.ts'
import { kinds } from './kinds.ts'
import { long } from './long.ts'
import { overload } from './overload.ts'
import { GROUPS, storm } from './storm.ts'

const { values } = parseArgs({
  options: {
    polls: { type: 'string', default: '20000' },
    overload: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    plot: { type: 'string' },
    clients: { type: 'boolean', default: false },
    http2: { type: 'boolean', default: false },
    isolation: { type: 'boolean', default: false },
    kinds: { type: 'boolean', default: false },
    kind: { type: 'string' },
    storm: { type: 'boolean', default: false },
    gateway: { type: 'boolean', default: false },
    urls: { type: 'string', default: '100000' },
    interval: { type: 'string', default: '8000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const seed = Number(values.seed)
const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Whether all was told in one notification for each group. */
async function storms(): Promise<boolean> {
  const what = values.gateway ? 'gateway' : 'hosts'
  const options = { urls: Number(values.urls), intervalMs: Number(values.interval), what, say } as const
  await storm({ ...options, hasAlerts: false })
  const { fired, resolved } = await storm({ ...options, hasAlerts: true })
  // After its parent is up, each URL is up at its next poll.
  return fired.totals.length === GROUPS && (values.gateway || resolved.totals.length === GROUPS)
}

async function soak(): Promise<boolean> {
  if (values.storm) return storms()
  if (values.clients) return clients(Number(values.minutes ?? 3), say)
  if (values.http2) return http2(Number(values.minutes ?? 1), say)
  if (values.isolation) return isolation(Number(values.minutes ?? 6), say)
  if (values.kinds || values.kind !== undefined)
    return kinds({ polls: Number(values.polls), kind: values.kind ?? null, say })
  if (values.overload) return overload({ minutes: Number(values.minutes ?? 30), seed, say })
  if (values.minutes === undefined) return falseVerdicts(Number(values.polls), say)
  return long({ minutes: Number(values.minutes), plot: values.plot ?? null, seed, say })
}

process.exitCode = (await soak()) ? 0 : 1
