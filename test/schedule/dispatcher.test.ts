import test from 'ava'
import type { ExecutionContext } from 'ava'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import type { ResourceBatch } from '../../src/resource/resource-batch.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { PolledResource, ResourceId, Url } from '../../src/resource/resource.ts'
import { monotonicMs } from '../../src/runtime/clock.ts'
import { Dispatcher } from '../../src/schedule/dispatcher.ts'
import type { DispatcherHooks } from '../../src/schedule/dispatcher.ts'
import { firstDue } from '../../src/schedule/initial-spread.ts'
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
function dispatch(
  urls: readonly string[],
  intervals: readonly number[] = [],
  now = monotonicMs,
  polledOnce: DispatcherHooks['polledOnce'] = null,
) {
  const table = new ResourceTable()
  for (const [at, url] of urls.entries()) table.setProfile(table.add(url as Url) as ResourceId, at)
  const cadence = (profile: number) => ({ ...options, intervalMs: intervals[profile] ?? options.intervalMs })
  const schedule = new Schedule(table, options, now(), cadence)
  let waiting = Promise.withResolvers<string[]>()
  const sent: string[][] = []
  let polled: PolledResource[] = []
  const send = (_: number, batch: ResourceBatch) => {
    const resources = unpackResources(batch.take())
    polled.push(...resources)
    sent.push(resources.map(({ url }) => url))
    waiting.resolve([])
  }
  const dispatcher = new Dispatcher(schedule, 1, now, { send, polledOnce, busy() {} })
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
    giveBack(verdict: 'up' | 'down' = 'up'): void {
      const back = polled.map((resource) => ({ ...resource, verdict }))
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

/** Two URLs with few polls, of which the second is due 100 ms after the first, at `dueAt`. `turn` returns what is lent then. */
function dueSoon(t: ExecutionContext, polledOnce: DispatcherHooks['polledOnce'] = null) {
  let nowMs = 0
  const urls = ['http://a.example/', 'http://b.example/']
  // The second is polled first within its interval.
  const firstAt = firstDue(0, 40_000, 0, true)
  const dueAt = firstAt + 40_000 - 100
  const { dispatcher, sent, giveBack } = dispatch(urls, [dueAt, 40_000], () => nowMs, polledOnce)
  t.teardown(() => dispatcher.stop())
  const turn = (at: number): string[] => {
    nowMs = at
    dispatcher.add([])
    return sent.splice(0).flat()
  }
  t.deepEqual([...turn(0), ...turn(Math.ceil(firstAt))], urls)
  giveBack()
  // Turns that lend little make the next ones longer.
  for (let n = 0; n < 9; n++) t.deepEqual(turn(dueAt - 1_000), [])
  return { dispatcher, turn, urls, dueAt, sent, giveBack }
}

test('what is due soon is lent with what is due', (t) => {
  const { turn, urls, dueAt } = dueSoon(t)
  t.deepEqual(turn(dueAt).toSorted(), urls)
})

test('what is to be polled now does not wait for those that are lent early', (t) => {
  const { dispatcher, urls, sent } = dueSoon(t)
  dispatcher.pollSoon([0 as ResourceId])
  t.deepEqual(sent.flat(), urls.slice(0, 1))
})

test('new settings do not poll a Resource again in the slot in which it was polled early', (t) => {
  const { dispatcher, turn, urls, dueAt, giveBack } = dueSoon(t)
  t.deepEqual(turn(dueAt).toSorted(), urls)
  giveBack()
  dispatcher.update([0, 1] as ResourceId[])
  t.deepEqual(turn(dueAt + 10), [])
  t.deepEqual(turn(dueAt + 1_000), [])
})

test('what is to be polled again when it comes back does not wait for a long turn', async (t) => {
  let nowMs = 0
  const { dispatcher, next, giveBack } = dispatch(['http://a.example/'], [], () => nowMs)
  t.teardown(() => dispatcher.stop())
  await next()
  for (let n = 0; n < 9; n++) dispatcher.add([])
  dispatcher.pollSoon([0 as ResourceId])
  giveBack('down')
  // The least time between turns. The clock goes no further, and the timer ends only when its time has come.
  nowMs = 5
  t.deepEqual(await next(), ['http://a.example/'])
})

test('no Resource is lent before it is due in a run that polls each URL once', (t) => {
  const { turn, urls, dueAt } = dueSoon(t, () => {})
  t.deepEqual(turn(dueAt - 1), [])
  t.deepEqual(turn(Math.ceil(dueAt)), urls.slice(0, 1))
})

test('no Resource is lent before it is due where another machine may have it', (t) => {
  const { dispatcher, turn, urls, dueAt } = dueSoon(t)
  dispatcher.pollOnTime()
  t.deepEqual(turn(dueAt - 1), [])
  t.deepEqual(turn(Math.ceil(dueAt)), urls.slice(0, 1))
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
    const hooks = { send() {}, polledOnce: null, busy: () => void busy++ }
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
