import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHeadcount } from '../contestants/headcount.ts'
import type { Bench } from '../lib/bench.ts'
import { writeList } from '../lib/lists.ts'
import { measure } from '../lib/measure.ts'
import type { Figures } from '../lib/measure.ts'
import { startSite } from './site.ts'

/** The number of URLs, the interval and the duration from the first poll on, in s. */
export interface PacedOptions {
  readonly urls: number
  readonly origins: number
  readonly interval: number
  readonly duration: number
  /** Each origin is a name with this TTL, in s, and each poll opens a connection. Otherwise connections are kept. */
  readonly ttl?: number
}

/** The figures of a list at a realistic interval. Times in ms. */
export interface Paced {
  readonly readMs: number
  readonly firstAnswerMs: number
  readonly polls: number
  readonly pollsPerSecond: number
  readonly skipped: number
  readonly lateP50Ms: number
  readonly lateP99Ms: number
  readonly lateMaxMs: number
  /** In the second half of the run. */
  readonly figures: Figures
}

/** headcount alone, with a list at a realistic interval. `name` is for the log. */
export async function pollPaced(name: string, options: PacedOptions, bench: Bench): Promise<Paced> {
  const { urls, origins, interval, duration, ttl } = options
  const keepAlive = ttl === undefined
  const site = await startSite(bench, {
    ...{ urls, origins, demand: urls / interval, keepAlive },
    ...(keepAlive ? {} : { ttl }),
  })
  // This process serves the first URL of the list, and so sees when it is polled.
  const firstPolled = Promise.withResolvers<number>()
  const beacon = createServer((_request, response) => {
    firstPolled.resolve(performance.now())
    response.end()
  }).listen(0, '127.0.0.1')
  await once(beacon, 'listening')
  try {
    const list = `${bench.folder}/${name}.txt`
    const port = (beacon.address() as AddressInfo).port
    const rest = readFileSync(site.work.list, 'utf8').trimEnd().split('\n')
    writeList(list, [`http://127.0.0.1:${port}/`, ...rest])
    const readMs = await measureReadMs(list, bench)
    bench.log(`${name}: read in ${Math.round(readMs)} ms`)

    let last = ''
    const began = performance.now()
    const child = await startHeadcount(
      // Only the last state is printed: otherwise all pending URLs would be listed each time.
      [
        ...`-f ${list} -i ${interval}s --format log --status-interval 480h`.split(' '),
        ...(keepAlive ? ['--keep-alive'] : ['--resolver', site.work.resolver as string]),
      ],
      bench,
      (line) => (last = line),
    )
    const firstAnswerMs = (await firstPolled.promise) - began
    bench.log(`${name}: first poll after ${Math.round(firstAnswerMs)} ms`)
    await sleep((duration * 1000) / 2)
    const figures = await measure(site.origin, child, duration * 0.4)
    await sleep(duration * 100)
    await child.stop()
    return { readMs, firstAnswerMs, figures, ...readSummary(last) }
  } finally {
    await site.stop()
    beacon.closeAllConnections()
    beacon.close()
  }
}

/** The time to read and check the list, without the start of Node and the program. */
async function measureReadMs(list: string, bench: Bench): Promise<number> {
  const check = async (...args: string[]) => {
    const began = performance.now()
    await (await startHeadcount(['--check', ...args], bench)).ended()
    return performance.now() - began
  }
  const start = await check('http://127.0.0.1/')
  return (await check('-f', list)) - start
}

/** Parses the last line of a run in the log format. */
function readSummary(line: string): Omit<Paced, 'readMs' | 'firstAnswerMs' | 'figures'> {
  const late = /; late ms p50 ([\d.]+) p99 ([\d.]+) max ([\d.]+)/.exec(line)
  const head = /^\S+Z Summary: (\d+) polls, ([\d.]+) a second, (\d+) skipped/.exec(line)
  if (late === null || head === null) throw new Error(`not a summary: ${line}`)
  const [polls = 0, pollsPerSecond = 0, skipped = 0] = head.slice(1).map(Number)
  const [lateP50Ms = 0, lateP99Ms = 0, lateMaxMs = 0] = late.slice(1).map(Number)
  return { polls, pollsPerSecond, skipped, lateP50Ms, lateP99Ms, lateMaxMs }
}
