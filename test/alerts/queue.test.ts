import { setImmediate as turn } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { DeliveryQueue } from '../../src/alerts/delivery/delivery-queue.ts'
import type { QueuedReceiver } from '../../src/alerts/delivery/receiver-queue.ts'
import type { Alert } from '../../src/alerts/alert.ts'
import type { Notification, SendResult } from '../../src/alerts/notification.ts'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import { AlertStore } from '../../src/alerts/store/alert-store.ts'
import { StoreError } from '../../src/sqlite/store-error.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { alertOf, plannerOptions, START, webRule } from '../helpers/alert-samples.ts'

const SENT: SendResult = { type: 'sent', said: '200 OK' }
const REFUSED: SendResult = { type: 'refused', said: '404 Not Found' }
const FAILED: SendResult = { type: 'retry', said: '503', retryAfterMs: null }

type Send = (notification: Notification, signal: AbortSignal) => Promise<SendResult>

/** A queue with receivers `ops` and `chat`, a store, a planner of a rule without a wait, and a clock. */
class Bench {
  now = START
  readonly warnings: string[] = []
  /** `RECEIVER CAUSE URLS`. */
  readonly attempts: string[] = []
  readonly store: AlertStore
  readonly planner: NotificationPlanner
  readonly answers = new Map<string, Send>()
  queue: DeliveryQueue
  settled = 0
  #names: readonly string[]
  readonly #timeoutMs: number | undefined
  #options: Pick<BenchOptions, 'perMinute' | 'fallbacks' | 'fallbackAfterMs'>

  constructor(
    t: ExecutionContext,
    {
      to = ['ops'],
      perMinute = 1_000,
      fallbacks = {},
      fallbackAfterMs = 300_000,
      timeoutMs,
      repeatMs = null,
      names = [],
    }: Partial<BenchOptions> = {},
  ) {
    this.#names = [...new Set(['ops', 'chat', ...names, ...to])]
    this.#timeoutMs = timeoutMs
    this.#options = { perMinute, fallbacks, fallbackAfterMs }
    const warn = (line: string) => this.warnings.push(line)
    this.store = new AlertStore(':memory:', { now: () => this.now, warn })
    const rules = [webRule({ to, groupWaitMs: 0, groupBy: ['group'], repeatMs })]
    this.planner = new NotificationPlanner(
      plannerOptions({ rules, instance: this.store.instance }),
      this.store.loadPlan(),
      this.now,
    )
    this.queue = this.#queue()
    t.teardown(async () => {
      await this.queue.close(0)
      this.store.close()
    })
  }

  /** A queue that begins with what the store has, as after a restart. */
  restart(savedAt: number | null = null): void {
    this.queue = this.#queue(savedAt)
  }

  /** What the configuration says when it is read again. `settings`: those of `ops`. */
  receivers(
    settings = '',
    { perMinute, fallbacks, fallbackAfterMs } = this.#options,
  ): ReadonlyMap<string, QueuedReceiver> {
    const receiver = (name: string): QueuedReceiver => ({
      sender: { send: (notification, signal) => this.#send(name, notification, signal) },
      settings: name === 'ops' ? settings : '',
      fallback: fallbacks[name] ?? null,
      fallbackAfterMs,
      perMinute,
    })
    return new Map(this.#names.map((name) => [name, receiver(name)]))
  }

  /** The configuration has these receivers alone from now on, and the rule names them. */
  rename(to: readonly string[], fallbacks: BenchOptions['fallbacks'] = {}): void {
    this.#options = { ...this.#options, fallbacks }
    this.#names = to
    this.planner.configure([webRule({ to, groupWaitMs: 0, groupBy: ['group'] })], {
      covers: () => false,
      nextChange: () => Infinity,
    })
    this.queue.configure(this.receivers())
  }

  /** The configuration names these fallbacks from now on. */
  configure(fallbacks: BenchOptions['fallbacks']): void {
    this.#options = { ...this.#options, fallbacks }
    this.queue.configure(this.receivers())
  }

  #queue(savedAt: number | null = null): DeliveryQueue {
    return new DeliveryQueue({
      savedAt,
      store: this.store,
      receivers: this.receivers(),
      receiversOf: this.planner.receiversOf,
      now: () => this.now,
      random: () => 0,
      warn: (line) => this.warnings.push(line),
      onSettled: () => (this.settled += 1),
      ...(this.#timeoutMs === undefined ? {} : { timeoutMs: this.#timeoutMs }),
    })
  }

  fire(...alerts: readonly Alert[]): Promise<void> {
    this.planner.apply(
      alerts.map((alert) => ({ type: 'fired', alert })),
      this.now,
    )
    return this.at(this.now)
  }

  resolve(...alerts: readonly Alert[]): Promise<void> {
    this.planner.apply(
      alerts.map((alert) => ({ type: 'resolved', alert })),
      this.now,
    )
    return this.at(this.now)
  }

  /** A turn at a time. */
  async at(now: number): Promise<void> {
    this.now = now
    this.queue.add(this.store.write(this.planner.tick(now)))
    for (let settled = -1; settled !== this.settled;) {
      ;({ settled } = this)
      this.queue.tick(now)
      await turn()
    }
  }

  /** What was tried since it was last asked. */
  take(): readonly string[] {
    return this.attempts.splice(0)
  }

  count(receiver: string): string {
    return this.queue.counts
      .filter((one) => one.receiver === receiver && one.count > 0)
      .map(({ result, count }) => `${result} ${count}`)
      .join(' ')
  }

  #send(name: string, notification: Notification, signal: AbortSignal): Promise<SendResult> {
    const { cause, alerts } = notification
    this.attempts.push(`${name} ${cause} ${alerts.map(({ url }) => url.slice(8, -9)).join(' ')}`)
    return (this.answers.get(name) ?? (() => Promise.resolve(SENT)))(notification, signal)
  }
}

interface BenchOptions {
  readonly to: readonly string[]
  readonly perMinute: number
  readonly fallbacks: Readonly<Record<string, string>>
  readonly fallbackAfterMs: number
  readonly timeoutMs: number
  readonly repeatMs: number | null
  /** Of more receivers. */
  readonly names: readonly string[]
}

const answer =
  (result: SendResult): Send =>
  () =>
    Promise.resolve(result)

/** Alerts of groups of their own. */
const [a, b, c] = ['a', 'b', 'c'].map((name) => alertOf(name, { labels: { group: name } })) as [
  Alert,
  Alert,
  Alert,
]

test('what the planner makes is written, sent and marked', async (t) => {
  const one = new Bench(t, { to: ['ops', 'chat'] })
  await one.fire(a)
  t.deepEqual(one.take(), ['ops new a', 'chat new a'])
  t.is(one.store.latest('sent', 10).length, 2)
  t.is(one.store.latest('sent', 10)[0]?.said, '200 OK')
  t.deepEqual(one.store.loadPending(), [])
  t.is(one.count('ops'), 'sent 1')
  t.is(one.queue.nextDue, Infinity)
  t.deepEqual(one.warnings, [])
})

test('a receiver that fails is tried again, after longer and longer pauses', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  const waits = []
  for (let n = 0; n < 10; n++) {
    waits.push((one.queue.nextDue - one.now) / 1_000)
    await one.at(one.queue.nextDue - 1)
    one.take()
    await one.at(one.now + 1)
    t.is(one.take().length, 1)
  }
  t.deepEqual(waits, [5, 10, 20, 40, 80, 160, 320, 600, 600, 600])
  t.is(one.store.loadPending()[0]?.attempts, 11)
  one.restart()
  t.is(one.queue.nextDue - one.now, 600_000)
  one.answers.delete('ops')
  await one.at(one.queue.nextDue)
  t.deepEqual(one.store.loadPending(), [])
})

test('after a clock that was set back nothing waits longer than it may', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  one.now -= 86_400_000
  one.restart()
  t.true(one.queue.nextDue - one.now <= 3_600_000)
})

test('what a machine has left whose clock was ahead is sent as soon as that would have', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  const savedAt = one.now
  t.is(one.queue.nextDue - savedAt, 5_000)
  one.now -= 1_800_000
  one.restart(savedAt)
  t.is(one.queue.nextDue - one.now, 5_000)
  // Not later than it was to be, if the clock is right.
  one.now = savedAt + 2_000
  one.restart(savedAt)
  t.is(one.queue.nextDue - one.now, 3_000)
})

test('the end of an alert does not overtake its beginning, other groups do', async (t) => {
  const one = new Bench(t)
  let isFailing = true
  one.answers.set('ops', ({ alerts }) =>
    Promise.resolve(isFailing && alerts[0]?.key === a.key ? FAILED : SENT),
  )
  await one.fire(a)
  await one.resolve(a)
  await one.fire(b)
  t.deepEqual(one.take(), ['ops new a', 'ops new b'])
  isFailing = false
  await one.at(one.queue.nextDue)
  t.deepEqual(one.take(), ['ops new a', 'ops resolved a'])
})

/** A bench whose receiver has asked for a pause, with `meanwhile` in it, and has got nothing before its end. */
const paused = async (t: ExecutionContext, meanwhile?: (one: Bench) => void): Promise<Bench> => {
  const one = new Bench(t)
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 120_000 }))
  await one.fire(a)
  one.answers.delete('ops')
  meanwhile?.(one)
  one.take()
  await one.fire(b)
  t.deepEqual(one.take(), [])
  t.is(one.queue.nextDue, START + 120_000)
  await one.at(START + 120_000)
  t.deepEqual(one.take(), ['ops new b', 'ops new a'])
  return one
}

test('a receiver that asks for a pause gets nothing while it lasts', async (t) => {
  const one = await paused(t)
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 1e12 }))
  await one.fire(c)
  t.is(one.queue.nextDue, one.now + 3_600_000)
})

test('no more attempts are made in a minute than a receiver takes', async (t) => {
  const one = new Bench(t, { perMinute: 2 })
  await one.fire(a)
  one.now += 10_000
  await one.fire(b, c)
  t.deepEqual(one.take(), ['ops new a', 'ops new b'])
  t.is(one.queue.nextDue, START + 60_000)
  await one.at(START + 60_000)
  t.deepEqual(one.take(), ['ops new c'])
})

test('what waits for a receiver is tried at once when no more than its rate is another', async (t) => {
  const one = new Bench(t, { perMinute: 2 })
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  one.answers.delete('ops')
  await one.fire(b, c)
  t.deepEqual(one.take(), ['ops new a', 'ops new b'])
  one.queue.configure(one.receivers('', { perMinute: 2, fallbacks: {}, fallbackAfterMs: 300_000 }))
  await one.at(one.now)
  t.deepEqual(one.take(), [])
  one.queue.configure(one.receivers('', { perMinute: 5, fallbacks: {}, fallbackAfterMs: 300_000 }))
  await one.at(one.now)
  t.deepEqual(one.take(), ['ops new a', 'ops new c'])
})

test('that a receiver cannot be told is reported once, and when it can again', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  await one.fire(b)
  await one.at(one.queue.nextDue)
  t.deepEqual(one.warnings, ['receiver ops: not sent, it is tried again: 503'])
  t.like(one.store.latest('pending', 10)[0], { said: '503', finishedAt: null })
  one.answers.delete('ops')
  await one.at(one.now + 600_000)
  t.deepEqual(one.warnings.slice(1), ['receiver ops: it is sent again'])
})

test('of the repeats that a receiver has missed it gets the last', async (t) => {
  const one = new Bench(t, { repeatMs: 60_000 })
  await one.fire(a)
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 3_600_000 }))
  for (let n = 1; n <= 5; n++) await one.at(START + n * 60_000)
  t.is(one.queue.waiting, 2)
  one.restart()
  t.is(one.queue.waiting, 2)
  one.take()
  one.answers.delete('ops')
  await one.resolve(a)
  await one.at(one.now + 3_600_000)
  t.deepEqual(one.take(), ['ops repeat a', 'ops resolved a'])
  t.is(one.store.latest('replaced', 10).length, 4)
})

test('an address that is refused beside others is reported', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer({ type: 'sent', said: '250 ok', except: 'x@a.example (550 no)' }))
  await one.fire(a)
  t.is(one.count('ops'), 'sent 1')
  t.deepEqual(one.warnings, ['receiver ops: sent, but not for x@a.example (550 no)'])
})

test('what is refused is a dead letter', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer(REFUSED))
  await one.fire(a)
  const [dead] = one.store.latest('dead', 10)
  t.like(dead, { receiver: 'ops', attempts: 1, said: '404 Not Found', finishedAt: START })
  t.is(one.count('ops'), 'dead 1')
  t.deepEqual(one.warnings, ['receiver ops: a notification could not be sent: 404 Not Found'])
  t.is(one.queue.waiting, 0)
})

test('after many attempts it is given up', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  let attempts = 1
  for (; one.queue.nextDue < Infinity; attempts++) await one.at(one.queue.nextDue)
  t.is(attempts, 190)
  // Without chance, which makes pauses shorter.
  t.true(one.now - START > 24 * 3_600_000)
  t.is(one.count('ops'), 'failed 189 dead 1')
})

test('the fallback gets what a receiver could not be told, and the end of it', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat', chat: 'ops' } })
  one.answers.set('ops', answer(REFUSED))
  await one.fire(a)
  t.deepEqual(one.take(), ['ops new a', 'chat new a'])
  t.deepEqual(one.warnings, ['receiver ops: a notification could not be sent: 404 Not Found; chat gets it'])
  t.is(one.store.latest('fallback', 10).length, 1)
  one.answers.delete('ops')
  await one.resolve(a)
  t.deepEqual(one.take(), ['ops resolved a', 'chat resolved a'])
  await one.fire(a)
  t.deepEqual(one.take(), ['ops new a'])
  one.answers.set('ops', answer(REFUSED))
  one.answers.set('chat', answer(REFUSED))
  await one.fire(b)
  t.deepEqual(one.take(), ['ops new b', 'chat new b'])
  t.is(one.store.latest('dead', 10)[0]?.receiver, 'chat')
})

test('who stood in for a receiver hears the end, whoever the configuration names now, and nobody else', async (t) => {
  for (const fallbacks of [{ ops: 'mail' }, {}] as const) {
    const one = new Bench(t, { to: ['ops'], fallbacks: { ops: 'chat' }, names: ['mail'] })
    one.answers.set('ops', answer(REFUSED))
    await one.fire(a)
    t.deepEqual(one.take(), ['ops new a', 'chat new a'])
    one.configure(fallbacks)
    await one.resolve(a)
    t.deepEqual(one.take(), ['ops resolved a', 'chat resolved a'])
    await one.fire(a)
    await one.resolve(a)
    const { ops } = { ops: null, ...fallbacks }
    t.deepEqual(one.take(), [
      'ops new a',
      ...(ops === null ? [] : ['mail new a']),
      'ops resolved a',
      ...(ops === null ? [] : ['mail resolved a']),
    ])
  }
})

test('a fallback that is named while another stands in hears what it was told the end of too', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' }, names: ['mail'], repeatMs: 1_000 })
  one.answers.set('ops', answer(REFUSED))
  await one.fire(a)
  one.configure({ ops: 'mail' })
  one.take()
  await one.at(START + 1_000)
  t.deepEqual(one.take(), ['ops repeat a', 'chat repeat a', 'mail repeat a'])
  one.restart()
  one.answers.delete('ops')
  await one.resolve(a)
  t.deepEqual(one.take(), ['ops resolved a', 'chat resolved a', 'mail resolved a'])
})

test('who stood in for a receiver hears the end while that is still tried', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' } })
  one.answers.set('ops', answer(REFUSED))
  await one.fire(a)
  one.take()
  one.configure({})
  one.answers.set('ops', answer(FAILED))
  await one.resolve(a)
  t.deepEqual(one.take(), ['ops resolved a', 'chat resolved a'])
  one.answers.delete('ops')
  await one.at(START + 5_000)
  t.deepEqual(one.take(), ['ops resolved a'])
  t.is(one.queue.waiting, 0)
})

test('the end that nobody can be told who stood in for a receiver goes to its fallback', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' }, names: ['mail'] })
  one.answers.set('ops', answer(REFUSED))
  await one.fire(a)
  one.take()
  one.rename(['ops', 'mail'], { ops: 'mail' })
  await one.resolve(a)
  t.deepEqual(one.take(), ['ops resolved a', 'mail resolved a'])
})

test('the fallback gets what a receiver does not take for five minutes, which is not tried again', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' } })
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  while (one.now < START + 300_000) {
    t.is(one.count('chat'), '')
    one.take()
    await one.at(Math.min(one.queue.nextDue, START + 300_000))
  }
  // The last attempt is made then.
  t.deepEqual(one.take(), ['ops new a', 'chat new a'])
  t.is(one.queue.nextDue, Infinity)
  t.deepEqual(one.warnings, [
    'receiver ops: not sent, it is tried again: 503',
    'receiver ops: a notification could not be sent: 503; chat gets it',
  ])
  // While it fails it is tried once more for each.
  await one.resolve(a)
  t.deepEqual(one.take(), ['ops resolved a', 'chat resolved a'])
  one.answers.delete('ops')
  await one.fire(b)
  t.deepEqual(one.take(), ['ops new b'])
  one.answers.set('ops', answer(FAILED))
  await one.fire(c)
  t.deepEqual(one.take(), ['ops new c'])
})

test('the fallback gets what may not be tried for longer than that, or waits behind something', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' } })
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 3_600_000 }))
  await one.fire(a)
  await one.resolve(a)
  one.now += 100_000
  await one.fire(b)
  t.deepEqual(one.take(), ['ops new a'])
  t.is(one.queue.nextDue, START + 300_000)
  await one.at(START + 300_000)
  await one.at(one.now)
  t.deepEqual(one.take(), ['chat new a', 'chat resolved a'])
  t.is(one.queue.nextDue, START + 400_000)
  await one.at(START + 400_000)
  t.deepEqual(one.take(), ['chat new b'])
  t.is(one.queue.nextDue, Infinity)
  t.is(one.count('ops'), 'failed 1 fallback 3')
})

test('what one notification is refused again and again for goes to the fallback though others are taken', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' } })
  one.answers.set('ops', ({ alerts }) => Promise.resolve(alerts[0]?.key === a.key ? FAILED : SENT))
  await one.fire(a)
  for (let n = 1; one.queue.nextDue < Infinity; n++) {
    await one.at(one.queue.nextDue)
    await one.fire(alertOf(`${n}`, { labels: { group: `${n}` } }))
  }
  t.is(one.now, START + 300_000)
  t.is(one.count('ops').replace(/sent \d+ failed \d+ /, ''), 'fallback 1')
})

test('what the fallback is told anyway is tried as long as it would be without one', async (t) => {
  const one = new Bench(t, { to: ['ops', 'chat'], fallbacks: { ops: 'chat' } })
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 1_000_000 }))
  await one.fire(a)
  await one.at(START + 400_000)
  t.is(one.queue.waiting, 1)
  t.deepEqual(one.take(), ['ops new a', 'chat new a'])
  one.answers.delete('ops')
  await one.at(START + 1_000_000)
  t.deepEqual(one.take(), ['ops new a'])
})

test('after a restart a receiver has the whole time again', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' } })
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  one.now += 86_400_000
  one.restart()
  one.take()
  await one.at(one.now)
  t.deepEqual(one.take(), ['ops new a'])
  const until = one.now + 300_000
  while (one.now < until) await one.at(Math.min(one.queue.nextDue, until))
  t.is(one.take().at(-1), 'chat new a')
})

test('the fallback gets what a receiver may not be sent because of a pause from before a restart', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' } })
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 3_600_000 }))
  await one.fire(a)
  one.restart()
  await one.fire(b)
  one.take()
  await one.at(one.queue.nextDue)
  await one.at(one.now)
  t.is(one.now, START + 300_000)
  t.deepEqual(one.take(), ['chat new a', 'chat new b'])
})

test('many that wait too long go to the fallback a part at a time', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' } })
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 3_600_000 }))
  await one.fire(...Array.from({ length: 250 }, (_, n) => alertOf(`${n}`, { labels: { group: `${n}` } })))
  const told = []
  one.now = START + 300_000
  for (let n = 0; n < 3; n++) {
    one.queue.tick(one.now)
    told.push(one.count('ops').split(' ').at(-1))
  }
  t.deepEqual(told, ['100', '200', '250'])
  await one.at(one.now + 60_000)
  t.is(one.count('chat'), 'sent 250')
})

test('what waits is tried at once when the receiver has other settings', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer({ ...FAILED, retryAfterMs: 3_600_000 }))
  await one.fire(a, b)
  one.answers.delete('ops')
  one.take()
  one.queue.configure(one.receivers())
  await one.at(one.now)
  t.deepEqual(one.take(), [])
  one.queue.configure(one.receivers('other'))
  await one.at(one.now)
  t.deepEqual(one.take(), ['ops new a', 'ops new b'])
  t.is(one.queue.waiting, 0)
  t.is(one.store.pauses.size, 0)
})

test('the pause that a receiver asked for outlives a restart', async (t) => {
  const one = await paused(t, (bench) => bench.restart())
  // A clock that was set back.
  one.store.setPause('ops', one.now + 1e12)
  one.restart()
  await one.fire(c)
  t.is(one.queue.nextDue, one.now + 3_600_000)
})

test('a receiver that does not answer, rejects or throws is tried again', async (t) => {
  const one = new Bench(t, { timeoutMs: 20 })
  const signals: AbortSignal[] = []
  one.answers.set('ops', (_, signal) => {
    signals.push(signal)
    return new Promise(() => {})
  })
  await one.fire(a)
  await waitUntil(() => one.settled === 1)
  t.true(signals[0]?.aborted)
  t.is(one.store.loadPending()[0]?.said, 'no answer within 0.02 s')
  one.answers.set('ops', () => Promise.reject(new Error('rejected')))
  await one.at(one.queue.nextDue)
  t.is(one.store.loadPending()[0]?.said, 'rejected')
  one.answers.set('ops', () => {
    throw new Error('thrown')
  })
  await one.at(one.queue.nextDue)
  t.like(one.store.loadPending()[0], { said: 'thrown', attempts: 3 })
})

test('what the end of the process cuts off is sent again, with the same id', async (t) => {
  const one = new Bench(t)
  const ids: string[] = []
  one.answers.set('ops', ({ id }, signal) => {
    ids.push(id)
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(FAILED)))
  })
  await one.fire(a)
  await one.queue.close(0)
  t.like(one.store.loadPending()[0], { attempts: 0 })
  await one.at(one.now + 1_000)
  t.is(ids.length, 1)
  one.restart()
  one.answers.set('ops', ({ id }) => {
    ids.push(id)
    return Promise.resolve(SENT)
  })
  await one.at(one.now)
  t.is(ids.length, 2)
  t.is(ids[0], ids[1])
})

test('what some addresses have taken when the end of the process cuts off the rest is not sent to them again', async (t) => {
  const one = new Bench(t)
  const addresses = { 'a@a.example': 'taken', 'b@a.example': 1 } as const
  one.answers.set('ops', (_, signal) => {
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ...FAILED, addresses })))
  })
  await one.fire(a)
  await one.queue.close(0)
  t.deepEqual(one.store.loadPending()[0]?.addresses, addresses)
})

test('a queue that is closed waits for what is under way, and marks it', async (t) => {
  const one = new Bench(t)
  let end: (result: SendResult) => void = () => {}
  one.answers.set('ops', () => new Promise((resolve) => (end = resolve)))
  await one.fire(a)
  const closed = one.queue.close(60_000)
  end(SENT)
  await closed
  t.deepEqual(one.store.loadPending(), [])
})

test('what waits for a receiver that has left the configuration is for those whom its rule names now', async (t) => {
  const one = new Bench(t, { to: ['old', 'chat'] })
  one.answers.set('old', answer(FAILED))
  one.answers.set('chat', answer(FAILED))
  await one.fire(a)
  one.take()
  one.rename(['ops', 'chat'])
  await one.at(one.now)
  t.deepEqual(one.take(), ['ops new a'])
  t.is(one.store.latest('dead', 1).length, 0)
  one.answers.delete('chat')
  await one.resolve(a)
  await one.at(one.now + 60_000)
  t.deepEqual(one.take(), ['ops resolved a', 'chat new a', 'chat resolved a'])
  t.true(
    one.warnings.includes(
      'receiver old: a notification could not be sent: the configuration has no such receiver; ops gets it',
    ),
  )
})

test('what waits for a receiver that has left the configuration is a dead letter if its rule names nobody else', async (t) => {
  const one = new Bench(t)
  one.answers.set('ops', answer(FAILED))
  await one.fire(a)
  one.queue.configure(new Map())
  await one.at(one.now)
  t.is(one.store.latest('dead', 1)[0]?.said, 'the configuration has no such receiver')
  t.is(one.queue.nextDue, Infinity)
})

test('few attempts are under way to one receiver at a time', async (t) => {
  const one = new Bench(t)
  const ends: ((result: SendResult) => void)[] = []
  one.answers.set('ops', () => new Promise((resolve) => ends.push(resolve)))
  await one.fire(...Array.from({ length: 10 }, (_, n) => alertOf(`${n}`, { labels: { group: `${n}` } })))
  t.is(ends.length, 4)
  t.is(one.queue.nextDue, Infinity)
  ends[0]?.(SENT)
  await turn()
  await one.at(one.now)
  t.is(ends.length, 5)
})

test('a fallback is told while the file cannot be read', async (t) => {
  const one = new Bench(t, { fallbacks: { ops: 'chat' }, fallbackAfterMs: 0 })
  one.answers.set('ops', answer(FAILED))
  one.store.hasDelivery = () => {
    throw new StoreError('io', 'disk I/O error')
  }
  await one.fire(a)
  t.deepEqual(one.take(), ['ops new a', 'chat new a'])
})
