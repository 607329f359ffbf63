import test from 'ava'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import type { ResourceBatch } from '../../src/resource/resource-batch.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { PolledResource, ResourceId, Url } from '../../src/resource/resource.ts'
import { monotonicMs } from '../../src/runtime/clock.ts'
import { Dispatcher } from '../../src/schedule/dispatcher.ts'
import { Schedule } from '../../src/schedule/schedule.ts'

const options = {
  pollers: 1,
  concurrency: 1,
  hostConcurrency: 16,
  intervalMs: 60_000,
  errorBackoffMs: 0,
  maxBackoffMs: 0,
  once: false,
}

/** A dispatcher of these URLs. `next` resolves with the URLs of the next batch, which have been polled and are given back by `giveBack`. */
function dispatch(urls: readonly string[], intervals: readonly number[] = [], now = monotonicMs) {
  const table = new ResourceTable()
  for (const [at, url] of urls.entries()) table.setProfile(table.add(url as Url) as ResourceId, at)
  const cadence = (profile: number) => ({ ...options, intervalMs: intervals[profile] ?? options.intervalMs })
  const schedule = new Schedule(table, options, now(), cadence)
  let waiting = Promise.withResolvers<string[]>()
  const sent: string[][] = []
  let polled: PolledResource[] = []
  const send = (_: number, batch: ResourceBatch) => {
    const resources = unpackResources(batch.take())
    polled.push(...resources.map((resource) => ({ ...resource, verdict: 'up' as const })))
    sent.push(resources.map(({ url }) => url))
    waiting.resolve([])
  }
  const dispatcher = new Dispatcher(schedule, 1, now, { send, polledOnce() {}, busy() {} })
  return {
    dispatcher,
    async next(): Promise<string[]> {
      while (sent.length === 0) {
        waiting = Promise.withResolvers()
        await waiting.promise
      }
      return sent.shift() as string[]
    },
    sent,
    giveBack(): void {
      const back = polled
      polled = []
      dispatcher.returned(back)
    },
  }
}

test('what waits for room at its poller goes when others come back, in the same turn', async (t) => {
  // A poller may have four times its concurrency.
  let nowMs = 0
  const { dispatcher, next, sent, giveBack } = dispatch(
    Array.from({ length: 6 }, (_, n) => `http://${n}.example/`),
    [100, 100, 100, 100, 100, 100],
    () => nowMs,
  )
  // All are due, and none a second time.
  nowMs = 99
  t.teardown(() => dispatcher.stop())
  const first = await next()
  t.true(first.length <= 4)
  let lent = first.length
  while (lent < 4) lent += (await next()).length
  while (dispatcher.stats.owners.due < 2) await new Promise(setImmediate)
  t.deepEqual(sent, [])
  giveBack()
  t.is(sent.flat().length, 2)
})

test('a Resource that comes back is lent when it is due, also before all others', async (t) => {
  const { dispatcher, next, giveBack } = dispatch(
    ['http://slow.example/', 'http://fast.example/'],
    [3_600_000, 20],
  )
  t.teardown(() => dispatcher.stop())
  const seen = new Set<string>()
  while (!seen.has('http://fast.example/')) for (const url of await next()) seen.add(url)
  giveBack()
  for (let poll = 0; poll < 3; poll++) {
    t.deepEqual(await next(), ['http://fast.example/'])
    giveBack()
  }
})

test('a Resource that is to be polled ahead of its time is lent again', async (t) => {
  const { dispatcher, next, giveBack } = dispatch(['http://a.example/'])
  t.teardown(() => dispatcher.stop())
  const first = await next()
  giveBack()
  dispatcher.pollSoon([0 as ResourceId])
  t.deepEqual(await next(), first)
})

test('a turn that main is late for is the next one', async (t) => {
  const warnings: string[] = []
  const warned = ({ name }: Error) => void warnings.push(name)
  process.on('warning', warned)
  t.teardown(() => process.off('warning', warned))
  let missedMs = 0
  const { dispatcher, next } = dispatch(
    ['http://a.example/', 'http://b.example/'],
    [10_000, 10_000],
    () => monotonicMs() + missedMs,
  )
  t.teardown(() => dispatcher.stop())
  const first = await next()
  missedMs = 1_000_000
  dispatcher.returned([])
  t.not((await next()).join(), first.join())
  t.deepEqual(
    warnings.filter((name) => name.startsWith('Timeout')),
    [],
  )
})

test('it says that it is busy when it lends more than 5,000 Resources within ten seconds', (t) => {
  for (const [lent, isBusy] of [
    [[2_500, 2_500], false],
    [[2_500, 2_501], true],
    [[5_001], true],
  ] as const) {
    const batches: unknown[] = []
    const schedule = {
      wake() {},
      lend: () => batches.shift() ?? null,
      add() {},
      nextAt: () => null,
      shortestIntervalMs: 60_000,
    } as unknown as Schedule
    let nowMs = 0
    let busy = 0
    const hooks = { send() {}, polledOnce() {}, busy: () => void busy++ }
    const dispatcher = new Dispatcher(schedule, 1, () => nowMs, hooks)
    /** Lends so many in turns that all take as long. */
    const turns = (milliseconds: number) => {
      for (const size of lent) {
        batches.push({ size })
        dispatcher.add([])
        nowMs += milliseconds
      }
    }
    turns(499)
    t.is(busy, 0, 'nothing counts in the first second')
    nowMs = 1_000
    turns(10_000)
    t.is(busy, lent.some((size) => size > 5_000) ? 1 : 0)
    busy = 0
    nowMs += 10_000
    turns(100)
    t.is(busy > 0, isBusy)
  }
})
