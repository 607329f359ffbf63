import { once } from 'node:events'
import { readStatus } from '../../../src/cluster/engine/cluster-status.ts'
import { Engine } from '../../../src/cluster/engine/engine.ts'
import { Exchange } from '../../../src/cluster/engine/exchange.ts'
import { ALERTS, BATCHES, Keys } from '../../../src/cluster/engine/keys.ts'
import { withConnection } from '../../../src/cluster/engine/one-connection.ts'
import { Rows } from '../../../src/cluster/engine/rows.ts'
import { ClusterNode } from '../../../src/cluster/share/cluster-node.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { engineOf, keepLocks, takeBatch, takePlannersJob, TIMEOUT_MS } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { FACTS_BYTES } from '../../../src/cluster/share/facts.ts'
import { textKey } from '../../../src/cluster/share/text-hash.ts'
import { Valkey } from '../../helpers/valkey.ts'

// The scripts and BullMQ against a real server.

const test = testWith('valkey-server')

/** Two keys, and a record of each. */
const KEYS = ['first', 'second'].map(textKey) as [string, string]
const RECORDS = ['x', 'y'].map((byte) => Buffer.from(byte.repeat(FACTS_BYTES))) as [Buffer, Buffer]
const FACTS = Buffer.concat([Buffer.from(KEYS[0]), RECORDS[0], Buffer.from(KEYS[1]), RECORDS[1]])

const bytes = (text: string) => new TextEncoder().encode(text).buffer
const report = (batch: string, token: string, returned = false) => ({
  batch,
  token,
  returned,
  states: bytes(`states of ${batch}`),
  facts: FACTS,
})

/** Makes this machine the planner and the batches its plan. */
async function plan(engine: Engine, valkey: Valkey, ...batches: string[]): Promise<void> {
  await takePlannersJob(engine, valkey, 'planner')
  const added = batches.map((batch) => [batch, `version of ${batch}`, '[]'] as const)
  await engine.plans.change('planner', '1:all:1', [], added)
  await engine.batches.add(batches)
}

test('only the machine that holds a batch can say anything of it', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await plan(engine, valkey, 'one')
  t.is(await takeBatch(engine, valkey, 'mine'), 'one')
  t.is(await takeBatch(engine, valkey, 'other'), null)
  t.deepEqual(await engine.report([report('one', 'other')]), ['one'])
  t.deepEqual(await engine.report([report('gone', 'mine')]), ['gone'])
  t.is(await engine.newestResult(), '0-0')
  t.deepEqual(await engine.plans.facts(['one']), [new Map()])

  t.deepEqual(await engine.report([report('one', 'mine'), report('gone', 'mine')]), ['gone'])
  const [entry] = await engine.readResults('0-0', 10, 100)
  t.is(entry?.node, 'a')
  t.deepEqual(Object.fromEntries(entry?.batches ?? []), { one: Buffer.from('states of one') })
  t.deepEqual(await engine.plans.facts(['one']), [new Map(KEYS.map((key, n) => [key, RECORDS[n]]))])

  // Its lock runs out, as that of a machine that was frozen.
  await valkey.command('DEL', engine.keys.lock(BATCHES, 'one'))
  t.deepEqual(await engine.report([report('one', 'mine')]), ['one'])
  t.deepEqual(await engine.batches.renew([['one', 'mine']]), ['one'])
  await t.throwsAsync(engine.batches.release('one', 'mine'))
})

test('who takes a batch knows whether it was handed back', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await plan(engine, valkey, 'one')
  await takeBatch(engine, valkey, 'first')
  t.like(await engine.takeFacts('one', 'first'), { version: 'version of one', clean: false })
  t.is(await engine.takeFacts('one', 'other'), null)
  await engine.report([report('one', 'first', true)])
  await engine.batches.release('one', 'first')

  await takeBatch(engine, valkey, 'second')
  const taken = await engine.takeFacts('one', 'second')
  t.true(taken?.clean)
  t.deepEqual(taken?.records.get(KEYS[1]), RECORDS[1])
  // Its holder dies: nobody has handed it back since.
  await valkey.command('DEL', engine.keys.lock(BATCHES, 'one'))
  while ((await takeBatch(engine, valkey, 'third')) === null) await engine.batches.recoverStalled()
  t.like(await engine.takeFacts('one', 'third'), { clean: false })
})

test('a batch that is taken before its URLs are known is handed back as it came', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await plan(engine, valkey, 'one')
  await takeBatch(engine, valkey, 'first')
  await engine.report([report('one', 'first', true)])
  await engine.batches.release('one', 'first')

  keepLocks(engine, valkey, BATCHES)
  const rows = new Rows()
  const exchange = new Exchange('', engine, new ClusterNode(1_000), rows)
  t.teardown(() => exchange.ports.close())
  t.is(await exchange.take('second'), null)
  rows.define('one', 'version of one', [], new Uint32Array(), new Uint16Array())
  t.like(await exchange.take('third'), { batch: 'one', clean: true })
})

test('a batch that is in no plan says so', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await engine.batches.add(['stray'])
  await takeBatch(engine, valkey, 'mine')
  t.like(await engine.takeFacts('stray', 'mine'), { version: '', clean: false })
  await engine.batches.finish('stray', 'mine')
  t.deepEqual(await engine.plans.existing(['stray']), [])
})

test('only the planner changes the plan, and finds batches whose job was lost', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await plan(engine, valkey, 'one', 'two')
  t.false(await engine.plans.change('other', '1:all:2', ['one'], []))
  t.deepEqual([...(await engine.plans.versions()).keys()].toSorted(), ['one', 'two'])
  t.deepEqual(await engine.plans.missing(), [])
  await valkey.command('DEL', `${engine.keys.jobs(BATCHES)}two`)
  t.deepEqual(await engine.plans.missing(), ['two'])
  t.true(await engine.plans.change('planner', '1:all:2', ['one'], []))
  t.deepEqual([...(await engine.plans.versions()).keys()], ['two'])
  t.deepEqual(await engine.plans.definitions(['one', 'two']), [null, '[]'])
})

test('machines hear of each other, and a name belongs to one run', async (t) => {
  const valkey = await Valkey.start(t)
  const [one, two] = [await engineOf(t, valkey), await engineOf(t, valkey, 'b')]
  t.like(await one.pulse('run', '{"urls":1}'), { revision: '', nameTaken: false, others: [] })
  const heard = await two.pulse('run', '{"urls":2}')
  t.like(heard.others[0], { name: 'a', says: '{"urls":1}' })
  t.true(heard.time > 1_600_000_000_000)
  // Both at once: some seconds after its run was heard, a name is free.
  const [, another] = await Promise.all([one.pulse('run', '{}'), one.pulse('another run', '{}')])
  t.true(another.nameTaken)
  await two.leave()
  t.deepEqual((await one.pulse('run', '{}')).others, [])
})

test('each zone has a plan and batches of its own, and all of them the machines and the results', async (t) => {
  const valkey = await Valkey.start(t)
  const [none, eu] = [await engineOf(t, valkey, 'a'), await engineOf(t, valkey, 'b', 'eu')]
  await plan(none, valkey, 'one')
  await plan(eu, valkey, 'one', 'two')
  t.deepEqual([...(await none.plans.versions()).keys()], ['one'])
  t.deepEqual([...(await eu.plans.versions()).keys()].toSorted(), ['one', 'two'])
  t.is(await takeBatch(none, valkey, 'mine'), 'one')
  t.is(await takeBatch(eu, valkey, 'theirs'), 'one')
  t.like(await eu.takeFacts('one', 'theirs'), { version: 'version of one' })
  const from = await none.newestResult()
  const states = () => new Uint8Array([1]).buffer
  t.deepEqual(await none.report([{ ...report('one', 'mine', true), states: states() }]), [])
  t.deepEqual(await eu.report([{ ...report('one', 'theirs', true), states: states() }]), [])
  const results = await none.readResults(from, 9, 100)
  t.deepEqual(
    results.map(({ node, zone, batches }) => [node, zone, [...(batches ?? new Map()).keys()]]),
    [
      ['a', '', ['one']],
      ['b', 'eu', ['one']],
    ],
  )
  t.true((await eu.pulse('run', '{}')).others.length === 0 && !(await none.pulse('run', '{}')).nameTaken)
  t.like((await eu.pulse('run', '{}')).others[0], { name: 'a' })
})

test('results that a newer headcount has written are not taken for those that can be read', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await valkey.command('XADD {headcount-test}:results 1-1 2 b one x')
  await valkey.command('XADD {headcount-test}:results 1-2 1 a one x')
  const [newer, own] = await engine.readResults('0-0', 9, 100)
  t.like(newer, { node: 'b', batches: null })
  t.deepEqual([...(own?.batches ?? new Map()).keys()], ['one'])
})

test('without a zone the keys are those of a cluster without zones', (t) => {
  const keys = new Keys('x', '')
  t.is(keys.plan, '{headcount-x}:plan')
  t.is(keys.lock(BATCHES, 'b'), '{headcount-x}:batches:b:lock')
  const eu = new Keys('x', 'eu')
  t.is(eu.plan, '{headcount-x}:zone:eu:plan')
  t.is(eu.lock(BATCHES, 'b'), '{headcount-x}:zone:eu:batches:b:lock')
  t.deepEqual(
    [eu.machines, eu.results, eu.lock(ALERTS, 't')],
    [keys.machines, keys.results, keys.lock(ALERTS, 't')],
  )
})

test('a machine is drained until it is restarted', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  t.false((await engine.pulse('run', '{}')).isDrained)
  await valkey.command('HSET', engine.keys.drained, 'a', 'run')
  t.true((await engine.pulse('run', '{}')).isDrained)
  await valkey.command('DEL', engine.keys.machines)
  t.false((await engine.pulse('next', '{}')).isDrained)
  t.true((await valkey.command('EXISTS', engine.keys.drained)).startsWith(':0'))
})

test('of machines that were drained and are gone, nothing is kept', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  const { machines, drained } = engine.keys
  const isDrained = async () => !(await valkey.command('EXISTS', drained)).startsWith(':0')
  await engine.pulse('run', '{}')
  await valkey.command('HSET', drained, 'a', 'run')
  await engine.pulse('run', '{}')
  await engine.leave()
  t.false(await isDrained(), 'stopped')
  await valkey.command('HSET', machines, 'killed', `"run ${Date.now() - 3_601_000} {}"`)
  await valkey.command('HSET', drained, 'killed', 'run')
  await engine.pulse('run', '{}')
  t.false(await isDrained(), 'forgotten')
})

test('a machine that starts before the server does takes batches when there is one', async (t) => {
  const valkey = await Valkey.start(t)
  await valkey.kill()
  const options = { server: parseEngineUrl(valkey.url), name: 'test', node: 'a', zone: '' }
  const engine = new Engine(options, TIMEOUT_MS)
  t.teardown(() => engine.close())
  const failed = once(engine, 'failed')
  engine.on('failed', () => {})
  const ready = once(engine, 'ready')
  engine.connect()
  await failed
  await t.throwsAsync(engine.batches.take('mine'))
  await valkey.run()
  await ready
  await engine.batches.add(['one'])
  t.is(await engine.batches.take('mine'), 'one')
})

test('results are kept for a minute, not for as long as there is room', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await plan(engine, valkey, 'one')
  await takeBatch(engine, valkey, 'mine')
  for (let at = 1; at <= 300; at++) await valkey.command(`XADD ${engine.keys.results} ${at} 1 a`)
  const length = async () => Number((await valkey.command(`XLEN ${engine.keys.results}`)).slice(1))
  await engine.report([report('one', 'mine')])
  const kept = await length()
  t.true(kept < 150, `${kept}`)
  for (let n = 0; n < 20; n++) await engine.report([report('one', 'mine')])
  t.is(await length(), kept + 20)
})

test('a batch whose machine has died is one that no machine has, also if none looks', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await plan(engine, valkey, 'one', 'two', 'three')
  const [dead] = [await takeBatch(engine, valkey, 'dead'), await takeBatch(engine, valkey, 'alive')]
  await valkey.command('DEL', engine.keys.lock(BATCHES, dead as string))
  const status = await withConnection(parseEngineUrl(valkey.url), engine.keys.plan, (redis) =>
    readStatus(redis, (zone) => engine.keys.of(zone)),
  )
  t.like(status, { batches: 3, waiting: 2 })
})
