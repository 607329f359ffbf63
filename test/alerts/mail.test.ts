import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { DeliveryQueue } from '../../src/alerts/delivery/delivery-queue.ts'
import type { QueuedReceiver } from '../../src/alerts/delivery/receiver-queue.ts'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import { EMAIL } from '../../src/alerts/receivers/email.ts'
import { AlertStore } from '../../src/alerts/store/alert-store.ts'
import { alertOf, plannerOptions, START, webRule } from '../helpers/alert-samples.ts'
import { directoryOf } from '../helpers/directory.ts'
import { mailServer, smtpError } from '../helpers/mail-server.ts'
import { senderFor } from '../helpers/receiver-settings.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** Says 450 to addresses that begin with `slow`, 550 to those that begin with `bad`, and takes others. */
const VERDICTS = { slow: smtpError(450, 'later'), bad: smtpError(550, 'no such user') }

/** Receivers of mail by name, with their addresses, and what sends to them from a file. */
class Bench {
  readonly warnings: string[] = []
  /** Who got a mail, one after the other, without `@a.example`. */
  readonly mails: string[] = []
  now = START
  store: AlertStore
  queue: DeliveryQueue
  file: string
  verdicts: Readonly<Record<string, Error>> = VERDICTS
  #to: Readonly<Record<string, readonly string[]>>
  #settled = 0
  readonly #directory: string
  readonly #port: number

  private constructor(t: ExecutionContext, port: number, to: Bench['receivers']) {
    this.#port = port
    this.#to = to
    this.#directory = directoryOf(t)
    this.file = join(this.#directory, 'alerts.db')
    this.store = this.#open()
    this.queue = this.#queue()
    t.teardown(() => this.close())
  }

  /** Tells of an alert, with one attempt to each receiver. */
  static async told(t: ExecutionContext, to: Bench['receivers']): Promise<Bench> {
    let bench: Bench | null = null
    const { port } = await mailServer(t, {
      onRcptTo: ({ address }, _, done) => done(bench?.verdicts[address.replace(/\d?@.*/, '')] ?? null),
      onData(stream, { envelope }, done) {
        stream.resume()
        stream.on('end', () => {
          bench?.mails.push(envelope.rcptTo.map(({ address }) => address.split('@')[0]).join(' '))
          done(null)
        })
      },
    })
    bench = new Bench(t, port, to)
    const { store } = bench
    const rules = [webRule({ to: Object.keys(to), groupWaitMs: 0 })]
    const planner = new NotificationPlanner(
      plannerOptions({ rules, instance: store.instance }),
      store.loadPlan(),
      START,
    )
    planner.apply([{ type: 'fired', alert: alertOf('a') }], START)
    bench.queue.add(store.write(planner.tick(START)))
    await bench.attempt()
    return bench
  }

  get receivers(): Readonly<Record<string, readonly string[]>> {
    return this.#to
  }

  /** The configuration has these receivers from now on, which all rules name. */
  configure(to: Bench['receivers']): void {
    this.#to = to
    this.queue.configure(this.#queued())
  }

  /** Makes the next attempts, and waits for what comes of them. */
  async attempt(): Promise<void> {
    const { queue } = this
    this.now = Math.max(this.now, queue.nextDue)
    const before = this.#settled
    queue.tick(this.now)
    await waitUntil(() => this.#settled > before && queue.inFlight === 0)
  }

  /** Makes attempts until nothing waits. */
  async attemptAll(): Promise<void> {
    while (this.queue.waiting > 0) await this.attempt()
  }

  async close(): Promise<void> {
    await this.queue.close(0)
    this.store.close()
  }

  async restart(): Promise<void> {
    await this.close()
    this.#start()
  }

  /** What a process begins with that follows one that was killed. */
  async kill(): Promise<void> {
    const killed = this.file
    this.file = join(this.#directory, 'after.db')
    for (const end of ['', '-wal']) copyFileSync(`${killed}${end}`, `${this.file}${end}`)
    await this.close()
    this.#start()
  }

  #start(): void {
    this.store = this.#open()
    this.queue = this.#queue()
  }

  #open(): AlertStore {
    return new AlertStore(this.file, { now: () => this.now, warn: (line) => this.warnings.push(line) })
  }

  #queue(): DeliveryQueue {
    return new DeliveryQueue({
      store: this.store,
      receivers: this.#queued(),
      receiversOf: () => Object.keys(this.#to),
      now: () => this.now,
      warn: (line) => this.warnings.push(line),
      onSettled: () => (this.#settled += 1),
    })
  }

  #queued(): ReadonlyMap<string, QueuedReceiver> {
    return new Map(
      Object.entries(this.#to).map(([name, to]) => {
        const server = `smtp://127.0.0.1:${this.#port}`
        const given = { to: to.map((one) => `${one}@a.example`), from: 'me@a.example', server }
        const limits = { fallback: null, fallbackAfterMs: 0, perMinute: 1_000 }
        return [name, { sender: senderFor(EMAIL, given), settings: to.join(' '), ...limits }]
      }),
    )
  }
}

for (const way of ['restart', 'kill'] as const)
  test(`who has a mail does not get it again after a ${way}, and who was put off gets it`, async (t) => {
    const bench = await Bench.told(t, { ops: ['good', 'slow'] })
    await bench[way]()
    await bench.attempt()
    t.deepEqual(bench.mails, ['good'])
    bench.verdicts = {}
    await bench[way === 'kill' ? 'restart' : way]()
    await bench.attemptAll()
    t.deepEqual(bench.mails, ['good', 'slow'])
  })

test('an address that comes to a receiver gets what waits for it, once, and those that have it do not', async (t) => {
  const bench = await Bench.told(t, { ops: ['good', 'slow', 'bad'] })
  bench.configure({ ops: ['good', 'slow', 'bad', 'new'] })
  await bench.attempt()
  bench.configure({ ops: ['slow', 'bad', 'new'] })
  await bench.restart()
  await bench.attempt()
  bench.verdicts = {}
  await bench.attemptAll()
  t.deepEqual(bench.mails, ['good', 'new', 'slow'])
})

test('an address that leaves a receiver gets nothing more', async (t) => {
  const bench = await Bench.told(t, { ops: ['good', 'slow'] })
  bench.configure({ ops: ['good'] })
  await bench.attemptAll()
  t.deepEqual(bench.mails, ['good'])
  t.is(bench.store.latest('sent', 1).length, 1)
})

test('who has a mail does not get it again from a receiver with another name', async (t) => {
  const bench = await Bench.told(t, { ops: ['good', 'slow', 'bad'] })
  bench.verdicts = {}
  bench.configure({ office: ['good', 'slow', 'bad'] })
  await bench.attemptAll()
  // Another server may know an address that the last one did not.
  t.deepEqual(bench.mails, ['good', 'slow bad'])
})

const WHY = (address: string, said: string) =>
  `receiver ops: sent, but not for ${address}@a.example (${said})`

test('an address that is refused at a later attempt is reported', async (t) => {
  const bench = await Bench.told(t, { ops: ['good', 'slow'] })
  bench.verdicts = { slow: smtpError(550, 'no') }
  await bench.attemptAll()
  t.deepEqual(bench.warnings, [
    'receiver ops: not sent to all, it is tried again: 250 OK: message queued, but not for slow@a.example',
    WHY('slow', '550 no'),
  ])
  t.regex(bench.store.latest('sent', 1)[0]?.said ?? '', /^others have it; 127.*: 550 no$/)
  t.deepEqual(bench.mails, ['good'])
})

test('an address that is refused while another is put off is reported, and not tried again', async (t) => {
  const bench = await Bench.told(t, { ops: ['good', 'bad', 'slow'] })
  t.true(bench.warnings.includes(WHY('bad', '550 no such user')), bench.warnings.join('\n'))
  bench.verdicts = {}
  await bench.attemptAll()
  t.deepEqual(bench.mails, ['good', 'slow'])
})

test('an address that is put off again and again is given up and reported, also when headcount begins anew', async (t) => {
  const bench = await Bench.told(t, { ops: ['good', 'slow'] })
  let attempts = 1
  for (; bench.queue.waiting > 0; attempts++) {
    await bench.restart()
    await bench.attempt()
  }
  t.is(attempts, 6)
  t.deepEqual(bench.mails, ['good'])
  t.is(bench.warnings.at(-1), WHY('slow', '450 later'))
})

test('an address that comes to a receiver is put off as often as others were', async (t) => {
  const bench = await Bench.told(t, { ops: ['good', 'slow1'] })
  for (let n = 0; n < 4; n++) await bench.attempt()
  bench.configure({ ops: ['good', 'slow1', 'slow2'] })
  await bench.attempt()
  t.true(bench.warnings.includes(WHY('slow1', '450 later')))
  t.is(bench.queue.waiting, 1)
  bench.verdicts = {}
  await bench.attemptAll()
  t.deepEqual(bench.mails, ['good', 'slow2'])
})
