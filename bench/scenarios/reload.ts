import { readFileSync, renameSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHeadcount } from '../contestants/headcount.ts'
import type { Bench } from '../lib/bench.ts'
import { writeList } from '../lib/lists.ts'
import { startSite } from './site.ts'

/** The length of the list, the interval in s, and the number of changes. */
export interface ReloadOptions {
  readonly urls: number
  readonly origins: number
  readonly interval: number
  readonly changes: number
}

/** The figures of a reload in which one URL in a hundred changes. Times in ms. */
export interface Reload {
  /** Median time from the signal to the line that reports the reload. */
  readonly doneMs: number
  /** The largest lateness of a poll while the list was read, and before. */
  readonly lateMaxMs: number
  readonly lateMaxBeforeMs: number
}

/** One of so many URLs changes. */
const REPLACED_FRACTION = 100

/** Time limit of a reload, in ms. */
const TIMEOUT_MS = 60_000

/** A long list that changes while it is polled. The threads of headcount may use all cores. */
export async function reload(options: ReloadOptions, bench: Bench): Promise<Reload> {
  const { urls, origins, interval, changes } = options
  const site = await startSite(bench, { urls, origins, demand: urls / interval, keepAlive: true })
  try {
    const list = site.work.list
    const lines = readFileSync(list, 'utf8').trimEnd().split('\n')
    const late: number[] = []
    // --verbose: a line that comes again within a minute is written too.
    const child = await startHeadcount(
      `-f ${list} --keep-alive -i ${interval}s --format json --changes --verbose --status-interval 1s`.split(
        ' ',
      ),
      { ...bench, cores: { ...bench.cores, client: null } },
      (line) => {
        if (!line.startsWith('{"type":"summary"')) return
        late.push((JSON.parse(line) as { latenessMs: { max: number } }).latenessMs.max)
      },
    )
    const seconds = bench.short ? 2 : 10
    while (late.length < seconds) {
      child.check()
      await sleep(50)
    }
    const beforeMs = Math.max(...late.splice(0).slice(seconds / 2))
    const took: number[] = []
    const during: number[] = []
    for (let change = 1; change <= changes; change++) {
      replace(lines, change)
      writeList(`${list}.new`, lines)
      await sleep(bench.short ? 100 : 2_000)
      late.length = 0
      renameSync(`${list}.new`, list)
      const began = performance.now()
      const before = child.stderr.length
      child.signal('SIGHUP')
      const done = `${(urls / REPLACED_FRACTION).toString()} new, ${(urls / REPLACED_FRACTION).toString()} gone`
      while (child.stderr.split(done).length - 1 < change) {
        child.check()
        if (performance.now() > began + TIMEOUT_MS)
          throw new Error(`the list was not reloaded: ${child.stderr.slice(before)}`)
        await sleep(2)
      }
      took.push(performance.now() - began)
      const length = late.length
      while (late.length < length + 2) await sleep(20)
      during.push(...late)
    }
    await child.stop()
    took.sort((a, b) => a - b)
    const result = {
      doneMs: took[Math.floor(took.length / 2)] as number,
      lateMaxMs: Math.max(...during),
      lateMaxBeforeMs: beforeMs,
    }
    bench.log(`reload: taken over in ${took.map(Math.round).join(', ')} ms`)
    return result
  } finally {
    await site.stop()
  }
}

/** Changes one line in a hundred to another URL of the same origin. */
function replace(lines: string[], change: number): void {
  for (let at = change % REPLACED_FRACTION; at < lines.length; at += REPLACED_FRACTION)
    lines[at] = `${new URL(lines[at] as string).origin}/changed-${change}-${at}`
}
