import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { History } from '../../src/history/history.ts'
import { PollBatch } from '../../src/history/poll-batch.ts'
import { openReadOnly } from '../../src/history/open-to-read.ts'

// What the history costs: node bench/micro/history.ts [URLs] [simulated minutes]. It records polls of URLs every 60 s by a simulated clock, as fast
// as it can, and prints the CPU time that this takes as a share of a core, what the file takes, and how long it takes to read. Durations differ from
// URL to URL by a factor of 20, and from poll to poll by up to 50 %; one poll in 2,000 is down.

const urls = Number(process.argv[2] ?? 1_000_000)
const minutes = Number(process.argv[3] ?? 31)
const START = Date.UTC(2026, 0, 5)
const FLUSH_MS = 2_000
const BATCH = 4_000
const directory = mkdtempSync(join(tmpdir(), 'headcount-bench-'))

const cpuSeconds = (): number => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6
const say = (line: string): void => void process.stdout.write(`${line}\n`)

function timed(action: () => void): number {
  const before = cpuSeconds()
  action()
  return cpuSeconds() - before
}

function openHistory(name: string) {
  const clock = { now: START }
  const file = join(directory, name)
  const history = History.open(file, { sizeLimit: 1e11, now: () => clock.now, warn: say })
  return { history, clock, file }
}

const keysOf = (count: number) =>
  Array.from({ length: count }, (_, url) => {
    const key = `https://host${url % 5_000}.example.com/path/of/page/${url}`
    return { key, name: key, labels: '' }
  })

/** In the order in which they are polled, which is none. */
function shuffled(ids: Uint32Array): Uint32Array {
  for (let at = ids.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    ;[ids[at], ids[other]] = [ids[other]!, ids[at]!]
  }
  return ids
}

function fill(batch: PollBatch, url: number, at: number): void {
  const usual = 20 * 20 ** (((url * 2_654_435_761) % 2 ** 32) / 2 ** 32)
  const ms = usual * Math.exp((Math.random() + Math.random() - 1) * 0.4)
  const isDown = Math.random() < 0.0005
  batch.add(url, Math.floor(at), isDown ? 1 : 0, isDown ? 3 : 0, isDown ? 0 : 200, ms)
}

function measureWriting(): void {
  const { history, clock, file } = openHistory('million.db')
  const list = keysOf(urls)
  let ids: Uint32Array = new Uint32Array()
  say(`${urls} URLs registered: ${timed(() => (ids = history.urls(list))).toFixed(1)} s of CPU`)
  const order = shuffled(ids)
  const batch = new PollBatch()
  const perFlush = Math.round((urls * FLUSH_MS) / 60_000)
  let [at, record, flush, longest] = [0, 0, 0, 0]
  for (let tick = 0; tick < (minutes * 60_000) / FLUSH_MS; tick++) {
    for (let left = perFlush; left > 0; left -= BATCH) {
      batch.clear()
      for (let poll = Math.min(BATCH, left); poll > 0; poll--) {
        fill(batch, order[at]!, clock.now + (1 - left / perFlush) * FLUSH_MS)
        at = (at + 1) % order.length
      }
      record += timed(() => history.record(batch, () => 'timeout: no answer in 10 s'))
    }
    clock.now += FLUSH_MS
    const took = timed(() => history.flush())
    flush += took
    longest = Math.max(longest, took)
  }
  const share = (100 * (record + flush)) / (minutes * 60)
  const us = (1e6 * (record + flush)) / ((perFlush * minutes * 60_000) / FLUSH_MS)
  say(`${minutes} minutes of polls every 60 s: ${share.toFixed(2)} % of a core, ${us.toFixed(2)} µs a poll`)
  say(
    `longest flush: ${longest.toFixed(2)} s of CPU; memory of the process: ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
  )
  sizes(file)
  const before = performance.now()
  history.close()
  say(
    `closed in ${((performance.now() - before) / 1000).toFixed(2)} s; the file: ${(statSync(file).size / 1e6).toFixed(0)} MB`,
  )
  const opening = timed(() => {
    const again = openHistory('million.db').history
    again.urls(list)
    let known = 0
    again.lastStates(() => known++)
    again.close()
    say(`opened again: ${known} URLs known`)
  })
  say(`opening, URLs and their last states: ${opening.toFixed(1)} s of CPU`)
}

function sizes(file: string): void {
  const db = openReadOnly(file)
  for (const table of ['polls', 'sums_5m', 'sums_1h', 'sums_1d']) {
    const row = db.prepare(`SELECT count(*) AS blobs, sum(length(data)) AS bytes FROM ${table}`).get()
    const [blobs, bytes] = [Number(row?.['blobs']), Number(row?.['bytes'])]
    const buckets = blobs / Math.ceil(urls / 1_000)
    say(
      `${table}: ${(bytes / 1e6).toFixed(1)} MB, ${(bytes / urls / buckets).toFixed(2)} bytes a URL and bucket`,
    )
  }
  db.close()
}

/** A year of 1,000 URLs, polled every hour, and at last a day every minute. */
function measureReading(): void {
  const { history, clock } = openHistory('year.db')
  const ids = history.urls(keysOf(1_000))
  const batch = new PollBatch()
  const poll = (stepMs: number, count: number): void => {
    for (let index = 0; index < count; index++) {
      batch.clear()
      for (const id of ids) fill(batch, id, clock.now)
      history.record(batch)
      clock.now += stepMs
      history.flush()
    }
  }
  poll(3_600_000, 364 * 24)
  poll(60_000, 24 * 60)
  const DAY = 86_400_000
  const reads: readonly (readonly [string, () => unknown])[] = [
    ['a day in steps of 5 minutes', () => history.series(500, clock.now - DAY, clock.now, 300_000)],
    ['90 days in steps of an hour', () => history.series(500, clock.now - 90 * DAY, clock.now, 3_600_000)],
    ['a year in steps of a day', () => history.series(500, clock.now - 365 * DAY, clock.now, DAY)],
    ['uptime of a year', () => history.uptime(500, clock.now - 365 * DAY, clock.now)],
    ['the last 50 polls', () => history.polls(500, 50)],
  ]
  for (const [name, read] of reads) {
    read()
    const took = timed(() => {
      for (let times = 0; times < 10; times++) read()
    })
    say(`${name}: ${(took * 100).toFixed(1)} ms of CPU`)
  }
  history.close()
}

try {
  measureReading()
  measureWriting()
} finally {
  rmSync(directory, { recursive: true })
}
