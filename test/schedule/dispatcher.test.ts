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
  const dispatcher = new Dispatcher(schedule, 1, now, { send, polledOnce() {} })
  return {
    dispatcher,
    schedule,
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
  const { dispatcher, next, sent, giveBack } = dispatch(
    Array.from({ length: 6 }, (_, n) => `http://${n}.example/`),
    [100, 100, 100, 100, 100, 100],
  )
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

test('of many URLs whose settings change, none is polled ahead of its time', (t) => {
  const urls = Array.from({ length: 101 }, (_, n) => `http://${n}.example/`)
  const { dispatcher, schedule } = dispatch(urls)
  t.teardown(() => dispatcher.stop())
  const ids = urls.map((_, n) => n as ResourceId)
  const urgent: (boolean | undefined)[] = []
  schedule.settingsChanged = (_, __, isUrgent) => void urgent.push(isUrgent)
  dispatcher.update(ids)
  t.deepEqual(new Set(urgent.splice(0)), new Set([false]))
  dispatcher.update(ids.slice(0, 100))
  t.deepEqual(new Set(urgent), new Set([true]))
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
