import { startHeadcount } from '../helpers/processes.ts'
import type { KindPorts } from './kind-servers.ts'
import { startServer } from './start-server.ts'

/** Each at an address of its own, `127.0.1.1` and so on, so that there are enough local ports. */
const URLS = 1_000
const FLAGS = ['-i', '100ms', '--host-concurrency', '64', '--status-interval', '1s', '--changes']

/** Polls between two printed figures, as a share of all. */
const SAMPLES = 10

/** How much larger the last figures may be than those after the first ones, while caches fill. */
const MAX_GROWTH = 1.1

/** In a shorter run, in s, the heaps of V8 have not reached their size, and growth says nothing. */
const MIN_SECONDS = 120

const MIB = 2 ** 20

/** The line of a list for a host. */
type Line = (host: string, ports: KindPorts) => string

const KINDS: Readonly<Record<string, Line>> = {
  body: (host, { http }) => `http://${host}:${http}/ body="all is well"`,
  json: (host, { http }) => `http://${host}:${http}/json json.status=ok`,
  tcp: (host, { tcp }) => `tcp://${host}:${tcp} expect=/^220/`,
  tls: (host, { tls }) => `tls://${host}:${tls} insecure=on`,
  dns: (host, { dns }) => `dns://127.0.0.1:${dns}/${host}.example?expect=127.0.0.1`,
  ws: (host, { ws }) => `ws://${host}:${ws}/ send=ping expect=pong`,
  grpc: (host, { grpc }) => `grpc://${host}:${grpc}/a.Service`,
  proxy: (host, { tcp, proxy }) =>
    `tcp://${host}:${tcp} expect=/^220/ proxy=http://${proxyOf(host)}:${proxy}`,
}

/** No more proxies than a poller watches. */
function proxyOf(host: string): string {
  return `127.0.9.${1 + (Number(host.split('.').at(-1)) % 50)}`
}

/** The fields of headcount's JSON that are used here. */
interface OutputLine {
  readonly type: string
  readonly verdict: string
  readonly polls: number
  readonly rssBytes: number
}

/** What is polled, and how often. */
export interface KindsOptions {
  readonly polls: number
  /** One of them; null: all. */
  readonly kind: string | null
  say(line: string): void
}

/**
 * Polls URLs of each kind so many times, one kind after another, each with a program of its own, and prints its resident memory ten
 * times meanwhile. Returns false if a URL is not `up`, if the program ends early, or if in a run of
 * two minutes or more its memory grows by more than a tenth.
 */
export async function kinds({ polls, kind, say }: KindsOptions): Promise<boolean> {
  const names = Object.keys(KINDS).filter((name) => kind === null || name === kind)
  if (names.length === 0) throw new RangeError(`--kind must be one of ${Object.keys(KINDS).join(', ')}`)
  const server = await startServer('kinds')
  let passed = true
  for (const name of names) passed = (await run(name, server.address, polls, say)) && passed
  server.child.disconnect()
  return passed
}

async function run(
  name: string,
  ports: KindPorts,
  wanted: number,
  say: (line: string) => void,
): Promise<boolean> {
  const line = KINDS[name] as Line
  const urls = Array.from({ length: URLS }, (_, n) =>
    line(`127.0.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`, ports),
  )
  const sizes: number[] = []
  let wrong = 0
  let polls = 0
  const began = performance.now()
  const { child, ended } = startHeadcount(FLAGS, {
    urls,
    onLine(text) {
      const said = JSON.parse(text) as OutputLine
      if (said.type === 'state') {
        if (said.verdict !== 'up' && wrong++ < 3) say(text)
        return
      }
      polls = said.polls
      if (polls < ((sizes.length + 1) * wanted) / SAMPLES) return
      sizes.push(said.rssBytes)
      say(`${name}: ${polls} polls, ${(said.rssBytes / MIB).toFixed(1)} MiB`)
      if (polls >= wanted) child.kill('SIGTERM')
    },
    onError() {}, // States tell the same.
  })
  const [code] = await ended
  const seconds = (performance.now() - began) / 1_000
  const growth = median(sizes.slice(-3)) / median(sizes.slice(1, 4))
  const hasGrown = seconds >= MIN_SECONDS && growth > MAX_GROWTH
  const passed = code === 0 && wrong === 0 && polls >= wanted && !hasGrown
  say(
    `${passed ? 'passed' : 'FAILED'}: ${name}: ${polls} polls in ${seconds.toFixed(0)} s, ${wrong} not up, memory × ${growth.toFixed(2)}`,
  )
  return passed
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
