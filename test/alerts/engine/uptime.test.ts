import test from 'ava'
import type { UptimeShare } from '../../../src/alerts/uptime-share.ts'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const RULE = ruleOf('slo', { uptime: { below: 0.999, overMs: 30 * 86_400_000 } })

/** A history that is asked and answers when it is told to. */
class TestHistory {
  readonly asked: {
    readonly url: string
    readonly wallNow: number
    readonly answer: (share: UptimeShare) => void
  }[] = []
  readonly uptimeOf = (url: string, _overMs: number, wallNow: number): Promise<UptimeShare> =>
    new Promise((resolve) => this.asked.push({ url, wallNow, answer: resolve }))

  /** Answers the last question about a URL. */
  async answer(url: string, share: UptimeShare): Promise<void> {
    this.asked.findLast((one) => one.url === url)?.answer(share)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function started(count = 1) {
  const history = new TestHistory()
  const engine = new TestEngine([RULE], history)
  for (let id = 0; id < count; id++) engine.register(id)
  for (let id = 0; id < count; id++) engine.poll(id, 'up')
  return { history, engine }
}

test('uptime: fires below the share, and is over at it; asked once a minute', async (t) => {
  const { history, engine } = started()
  engine.skip(1)
  t.is(history.asked.length, 1)
  await history.answer('u0', 0.9985)
  t.deepEqual(engine.skip(30), ['fired slo/uptime u0: uptime of the last 30d is 99.85%, below 99.9%'])
  t.is(history.asked.length, 1)
  engine.skip(30)
  await history.answer('u0', 0.998)
  engine.skip(60)
  await history.answer('u0', null)
  t.deepEqual(engine.skip(60), [])
  t.is(history.asked.length, 4)
  await history.answer('u0', 0.999)
  await history.answer('u0', 0.99)
  t.deepEqual(engine.skip(0), ['resolved slo/uptime u0: uptime of the last 30d is 99.9%'])
})

test('uptime: what fires is not over because the history has begun anew', async (t) => {
  for (const [before, changes] of [
    [null, []],
    ['none', ['unwatched slo/uptime u0: the history has begun anew: uptime of the last 30d is 100%']],
    [0.9, ['resolved slo/uptime u0: uptime of the last 30d is 100%']],
  ] as const) {
    const { history, engine } = started()
    engine.skip(5)
    await history.answer('u0', 0.9985)
    engine.skip(60)
    await history.answer('u0', 1)
    // It is asked what it knows of the time in which the alert fired.
    t.deepEqual(
      history.asked.map(({ wallNow }) => wallNow),
      [5_000, 65_000, 5_000],
    )
    await history.answer('u0', before)
    t.deepEqual(engine.skip(0), changes)
  }
})

test('uptime: a URL is not asked for before its first poll', (t) => {
  const history = new TestHistory()
  const engine = new TestEngine([RULE], history)
  engine.register(0)
  engine.skip(1)
  t.is(history.asked.length, 0)
  engine.poll(0, 'up')
  engine.skip(60)
  t.is(history.asked.length, 1)
})

test('uptime: a long list is asked in slices, with a bound on what waits', async (t) => {
  const { history, engine } = started(250)
  engine.skip(1)
  engine.skip(1)
  t.is(history.asked.length, 100)
  for (const { answer } of history.asked) answer(1)
  await new Promise((resolve) => setImmediate(resolve))
  engine.skip(1)
  t.is(history.asked.length, 200)
  for (const { answer } of history.asked) answer(1)
  await new Promise((resolve) => setImmediate(resolve))
  engine.skip(1)
  t.is(history.asked.length, 250)
  t.is(new Set(history.asked.map(({ url }) => url)).size, 250)
})

test('uptime: the history is asked by the clock of the machine, all of a slice for one time', (t) => {
  const history = new TestHistory()
  let offset = 7_200_000
  const engine = new TestEngine([RULE], { uptimeOf: history.uptimeOf, wallOffset: () => offset++ })
  for (const id of [0, 1]) engine.register(id)
  for (const id of [0, 1]) engine.poll(id, 'up')
  engine.skip(1)
  const { wallNow } = history.asked[0] ?? t.fail()
  t.deepEqual(
    history.asked.map((one) => one.wallNow),
    [wallNow, wallNow],
  )
  t.is(Math.floor(wallNow / 1_000), 7_200 + engine.now)
})

test('uptime: an answer that comes too late is ignored', async (t) => {
  const { history, engine } = started(2)
  engine.skip(1)
  engine.forget(0)
  engine.register(0, {}, 1)
  engine.poll(0, 'up', { generation: 1 })
  await history.answer('u0', 0.5)
  t.deepEqual(engine.skip(0), [])
  engine.reconfigure([ruleOf('slo', { uptime: { below: 0.9, overMs: 1_000 } })])
  await history.answer('u1', 0.5)
  t.deepEqual(engine.skip(0), [])
})
