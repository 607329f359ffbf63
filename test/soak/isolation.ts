import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBusyLoops, startHeadcount } from '../helpers/processes.ts'
import { PhaseStats } from './phase-stats.ts'
import type { SoakState } from './phase-stats.ts'
import { startServer } from './start-server.ts'

const BUSY_LOOPS = 2
const INTERVAL_MS = 1_000
/** A healthy server that shares its processor with busy loops answers sooner. */
const FLAGS = ['--interval', `${INTERVAL_MS}ms`, '--error-backoff', '0s', '--timeout', '60s']

interface Mode {
  readonly name: string
  readonly flags: readonly string[]
  readonly hasHostile: boolean
}

/** The first tells what the machine itself does to the others. */
const MODES: readonly Mode[] = [
  { name: 'fresh connections, nobody hostile', flags: [], hasHostile: false },
  { name: 'fresh connections', flags: [], hasHostile: true },
  { name: '`--keep-alive`', flags: ['--keep-alive'], hasHostile: true },
  { name: '`--http2`', flags: ['--http2'], hasHostile: true },
]

/** The fields of headcount's JSON that are used here. */
type Line = SoakState & { readonly at: string; readonly durationMs: number }

/** Whose polls are counted, and where. */
interface Watched {
  readonly healthy: readonly string[]
  readonly phase: PhaseStats
  say(line: string): void
}

/** The slots of the healthy URLs that passed without a poll. */
class SkippedSlots {
  readonly #slots = new Map<string, number>()
  count = 0

  add({ url, at, durationMs, lateMs }: Line): void {
    const slot = Date.parse(at) - durationMs - lateMs
    const before = this.#slots.get(url)
    this.#slots.set(url, slot)
    if (before !== undefined) this.count += Math.round((slot - before) / INTERVAL_MS) - 1
  }
}

/**
 * Polls 200 healthy URLs every second beside two busy loops, alone and, in each mode, beside every hostile behaviour that the tests know, for the
 * same time each. Prints a table of the healthy ones. Returns false if one of them is not `up`, or if the program does not exit with 0.
 */
export async function isolation(minutes: number, say: (line: string) => void): Promise<boolean> {
  const { child, address } = await startServer('neighbours')
  const folder = mkdtempSync(join(tmpdir(), 'headcount-soak-'))
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, address.ca)
  const stopBusyLoops = startBusyLoops(BUSY_LOOPS)
  const phases: PhaseStats[] = []
  let passed = true
  const ms = (minutes * 60_000) / MODES.length
  for (const { name, flags, hasHostile } of MODES) {
    const phase = new PhaseStats(name)
    phases.push(phase)
    const urls = [...address.healthy, ...(hasHostile ? address.hostile : [])]
    const network = ['--resolver', address.resolver, '--cacert', ca, ...flags]
    passed = (await run(urls, [...FLAGS, ...network], ms, { healthy: address.healthy, phase, say })) && passed
  }
  stopBusyLoops()
  child.disconnect()
  rmSync(folder, { recursive: true })
  say(PhaseStats.header)
  for (const phase of phases) say(phase.row())
  say(
    `${passed ? 'passed' : 'FAILED'}: ${address.healthy.length} healthy URLs beside ${address.hostile.length} hostile ones`,
  )
  return passed
}

async function run(
  urls: readonly string[],
  flags: readonly string[],
  ms: number,
  { healthy, phase, say }: Watched,
): Promise<boolean> {
  const first = new Set(healthy)
  const known = new Set(healthy)
  const slots = new SkippedSlots()
  let notUp = 0
  let lastError = ''
  const { child, ended } = startHeadcount(flags, {
    urls,
    onLine(text) {
      const line = JSON.parse(text) as Line
      if (line.type !== 'state' || !known.has(line.url)) return
      if (line.verdict !== 'up' && notUp++ < 10) say(text)
      slots.add(line)
      // In the first round the program starts, and all URLs are due at once.
      if (!first.delete(line.url)) phase.add(line)
    },
    // Most are about the hostile URLs; the last one says why the program has failed, if it has.
    onError: (line) => (lastError = line),
  })
  const timer = setTimeout(() => child.kill('SIGTERM'), ms)
  const [code, signal] = await ended
  clearTimeout(timer)
  phase.skipped = slots.count
  const passed = code === 0 && notUp === 0 && phase.polls > 0
  if (code !== 0) say(lastError)
  say(`${phase.name}: ${phase.polls} polls, ${notUp} not up, ended with ${code ?? signal}`)
  return passed
}
