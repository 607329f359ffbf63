import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { ExecutionContext } from 'ava'
import { AlertsJob } from '../../../src/cluster/engine/alerts-job.ts'
import type { Engine } from '../../../src/cluster/engine/engine.ts'
import { ALERT_JOB, ALERTS } from '../../../src/cluster/engine/keys.ts'
import { SharedStateClient } from '../../../src/threads/shared-state-client.ts'
import { engineOf, keepLocks } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

// The job of telling people, with a real server.

const test = testWith('valkey-server')

/** A time at which an attempt is due again, whenever the last one was. */
let later = 0
const next = () => (later += 10_000)

class Machine {
  readonly engine: Engine
  readonly job: AlertsJob
  readonly changes: boolean[] = []

  readonly #t: ExecutionContext

  private constructor(t: ExecutionContext, engine: Engine, run: string) {
    this.#t = t
    this.engine = engine
    this.job = new AlertsJob(engine, run, (isHeld) => this.changes.push(isHeld))
    this.job.want()
  }

  static async start(t: ExecutionContext, valkey: Valkey, run: string): Promise<Machine> {
    const engine = await engineOf(t, valkey, run)
    keepLocks(engine, valkey, ALERTS)
    return new Machine(t, engine, run)
  }

  /** Tries until it tells people. That nobody has the job any more may have to be found out. */
  async take(): Promise<void> {
    while (!this.job.isHeld) await this.job.turn(true, false, next())
  }

  async alerter(): Promise<SharedStateClient & { readonly end: () => void }> {
    const { port1, port2 }: { port1: MessagePort; port2: MessagePort } = new MessageChannel()
    this.#t.teardown(() => port2.close())
    this.job.serve(port1)
    return Object.assign(await SharedStateClient.open(port2), { end: () => port2.close() })
  }
}

test('the state goes from one machine to the next, and only the one that has the job changes it', async (t) => {
  const valkey = await Valkey.start(t)
  const [one, two] = [await Machine.start(t, valkey, 'one'), await Machine.start(t, valkey, 'two')]
  await one.take()
  const first = await one.alerter()
  t.deepEqual(first.seed, [])
  first.written([
    ['alert a', '1'],
    ['alert b', '2'],
  ])
  first.written([['alert b', null]])
  await first.saved()
  await two.job.turn(true, false, next())
  t.false(two.job.isHeld)

  // It was frozen: its lock has run out, and it does not know.
  await valkey.command('DEL', one.engine.keys.lock(ALERTS, ALERT_JOB))
  await two.take()
  const second = await two.alerter()
  t.deepEqual(second.seed, [['alert a', '1']])
  first.written([['alert a', 'of the past']])
  while (one.job.isHeld) await new Promise((resolve) => setImmediate(resolve))
  t.deepEqual(one.changes, [true, false])
  second.written([['alert c', '3']])
  await second.saved()
  t.deepEqual(Object.fromEntries(await two.engine.alertState.read()), { 'alert a': '1', 'alert c': '3' })
  second.end()
  await two.job.leave()
  await one.take()
  t.deepEqual(new Map((await one.alerter()).seed), new Map([['alert a', '1'], ['alert c', '3']])) // prettier-ignore
})

test('a server that has lost the state gets it back from the machine that had it', async (t) => {
  const valkey = await Valkey.start(t)
  const [one, two] = [await Machine.start(t, valkey, 'one'), await Machine.start(t, valkey, 'two')]
  await one.take()
  const alerter = await one.alerter()
  alerter.written([['alert a', '1']])
  await alerter.saved()
  await valkey.command('FLUSHALL')
  await one.job.renew(next())
  t.false(one.job.isHeld)
  await two.job.turn(true, false, next())
  t.false(two.job.isHeld, 'one that knows nothing lets others go first')
  await one.take()
  t.deepEqual((await one.alerter()).seed, [['alert a', '1']])
  t.deepEqual(Object.fromEntries(await two.engine.alertState.read()), { 'alert a': '1' })
})

test('a machine without alerts, without all URLs, or that is drained does not tell people', async (t) => {
  const one = await Machine.start(t, await Valkey.start(t), 'one')
  for (let turn = 0; turn < 3; turn++) {
    await one.job.turn(false, false, next())
    await one.job.turn(true, true, next())
  }
  t.false(one.job.isHeld)
  await one.take()
  await one.job.turn(true, true, next())
  t.false(one.job.isHeld)
})

test('a machine that ends does not take the job any more, also if it was about to', async (t) => {
  const one = await Machine.start(t, await Valkey.start(t), 'one')
  const { alertState } = one.engine
  const read = alertState.lastChange.bind(alertState)
  const ended: Promise<void>[] = []
  alertState.lastChange = () => {
    ended.push(one.job.leave(true))
    return read()
  }
  await one.job.turn(true, false, next())
  await Promise.all(ended)
  alertState.lastChange = read
  for (let turn = 0; turn < 3; turn++) await one.job.turn(true, false, next())
  t.is(ended.length, 1)
  t.deepEqual(one.changes, [])
  t.false(one.job.isHeld)
})

test('when its lease is over, nothing is sent', async (t) => {
  const one = await Machine.start(t, await Valkey.start(t), 'one')
  await one.take()
  // For much longer than a busy machine needs to hear of it.
  await one.job.renew(performance.now() + 600_000)
  const alerter = await one.alerter()
  while (!alerter.maySend()) await new Promise((resolve) => setImmediate(resolve))
  one.job.tick(Number.MAX_SAFE_INTEGER)
  while (alerter.maySend()) await new Promise((resolve) => setImmediate(resolve))
  t.deepEqual(one.changes, [true, false])
})

test('a machine that loses the job while it reads the state takes it again', async (t) => {
  const valkey = await Valkey.start(t)
  const one = await Machine.start(t, valkey, 'one')
  const { alertState } = one.engine
  const read = alertState.read.bind(alertState)
  let reads = 0
  alertState.read = async () => {
    // Before it has the answer, its lock runs out, and it hears of that.
    if (++reads === 1) {
      await valkey.command('DEL', one.engine.keys.lock(ALERTS, ALERT_JOB))
      await one.job.renew(next())
    }
    return read()
  }
  for (let turn = 0; turn < 2; turn++) await one.job.turn(true, false, next())
  t.is(reads, 1)
  t.false(one.job.isHeld)
  t.deepEqual(one.changes, [])
  await one.take()
  t.is(reads, 2)
  t.deepEqual(one.changes, [true])
})

test('a state of any size is read in parts', async (t) => {
  const valkey = await Valkey.start(t)
  const { engine } = await Machine.start(t, valkey, 'one')
  await engine.alerts.add([ALERT_JOB])
  await engine.alerts.take('token')
  const rows = Array.from({ length: 3_000 }, (_, index) => [`alert ${index}`, `${index}`] as const)
  t.true(await engine.alertState.write('token', { run: 'one', number: 1 }, rows))
  await valkey.command('ACL SETUSER default -hgetall')
  t.deepEqual(Object.fromEntries(await engine.alertState.read()), Object.fromEntries(rows))
})

test('a change of which only a part was written does not count as written', async (t) => {
  const valkey = await Valkey.start(t)
  const { engine, job } = await Machine.start(t, valkey, 'one')
  while (!job.isHeld) await job.turn(true, false, next())
  const [, token = ''] = (await valkey.command('GET', engine.keys.lock(ALERTS, ALERT_JOB))).split('\r\n')
  const fields = Array.from({ length: 3_000 }, (_, n) => [`alert ${n}`, '1'] as const)
  const change = { run: 'one', number: 7 }
  const cut = Object.assign([...fields], {
    slice(from: number, to: number) {
      if (from > 0) throw new Error('gone')
      return fields.slice(from, to)
    },
  })
  await t.throwsAsync(engine.alertState.write(token, change, cut), { message: 'gone' })
  t.true(((await engine.alertState.lastChange())?.number ?? NaN) < 7)
  t.true(await engine.alertState.write(token, change, fields))
  t.deepEqual(await engine.alertState.lastChange(), change)
})
