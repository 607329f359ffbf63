import type { ExecutionContext } from 'ava'
import type { Engine } from '../../../src/cluster/engine/engine.ts'
import { PLANNER } from '../../../src/cluster/engine/keys.ts'
import { Planner } from '../../../src/cluster/engine/planner.ts'
import { ALONE_PULSES, PlannerJob } from '../../../src/cluster/engine/planner-job.ts'
import { isComplete } from '../../../src/cluster/engine/revision.ts'
import { engineOf, keepLocks, takeBatch, takePlannersJob } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

// Planners against a real server: they die in the middle of a change, or go on after another one has taken over.

const test = testWith('valkey-server')

const URLS = ['http://a.example/1', 'http://a.example/2', 'http://b.example/1']

function plannerOf(engine: Engine, label: string): Planner {
  const planner = new Planner(engine, (url) => new URL(url).origin)
  planner.add(URLS.map((url) => [url, `["${url}",null,{"label":"${label}"}]`]))
  planner.complete(true)
  return planner
}

async function start(t: ExecutionContext) {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await takePlannersJob(engine, valkey, 'token')
  const hold = async () => (await takeBatch(engine, valkey, 'holder')) as string
  const right = { token: 'token', isHeld: () => true, run: 'run' }
  const revision = async () => (await engine.pulse('run', '{}')).revision
  await plannerOf(engine, 'before').run(right, '', 0)
  return { engine, right, revision, hold, ids: [...(await engine.plans.versions()).keys()] }
}

/** An engine whose planner's job nobody has yet. Who takes it has it for good, until it gives it up. */
async function untaken(t: ExecutionContext): Promise<Engine> {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  keepLocks(engine, valkey, PLANNER)
  return engine
}

/** What an engine does until a planner calls this: then the planner is dead. */
function dyingAt(engine: Engine, when: (revision: string) => boolean): Engine {
  const plans = new Proxy(engine.plans, {
    get(target, name) {
      const value = target[name as 'change'] as unknown
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (name === 'change' && when(args[1] as string)) throw new Error('dead')
        return Reflect.apply(value, target, args) as unknown
      }
    },
  })
  return Object.create(engine, { plans: { value: plans } }) as Engine
}

test('a planner that dies when all of a change is made, and has not said so', async (t) => {
  const { engine, right, revision } = await start(t)
  const dying = plannerOf(dyingAt(engine, isComplete), 'after')
  await t.throwsAsync(dying.run(right, await revision(), 0), { message: 'dead' })
  t.regex(await revision(), /^1:part:/)
  await plannerOf(engine, 'after').run(right, await revision(), 0)
  t.regex(await revision(), /^1:all:/)
  t.deepEqual(await engine.plans.leaving(), [])
})

test('a planner that takes over waits until all is handed back that the one before has taken out', async (t) => {
  const { engine, right, revision, hold, ids } = await start(t)
  const held = await hold()
  const dying = plannerOf(
    dyingAt(engine, (to) => to === ''),
    'after',
  )
  // It takes batches out, and dies while it waits for them.
  let isAlive = true
  const first = dying.run({ ...right, isHeld: () => isAlive }, await revision(), 0)
  while ((await engine.plans.versions()).size > 0);
  isAlive = false
  await first
  t.deepEqual((await engine.plans.leaving()).toSorted(), ids.toSorted())

  const second = plannerOf(engine, 'after').run(right, await revision(), 0)
  for (let looks = 0; looks < 10; looks++) t.is((await engine.plans.versions()).size, 0, 'one is held')
  await engine.batches.finish(held, 'holder')
  await second
  t.deepEqual([...(await engine.plans.versions()).keys()].toSorted(), ids.toSorted())
  t.regex(await revision(), /^1:all:/)
})

test('one that is the planner no more waits for nothing, and removes no jobs', async (t) => {
  const { engine, right, revision, hold, ids } = await start(t)
  await hold()
  let isHeld = true
  const stale = plannerOf(engine, 'after').run({ ...right, isHeld: () => isHeld }, await revision(), 0)
  while ((await engine.plans.existing(ids)).length > 1);
  isHeld = false
  await stale
  t.is((await engine.plans.versions()).size, 0, 'it stops while it waits')
})

test('one whose list has become empty is the planner no more', async (t) => {
  const engine = await untaken(t)
  const job = new PlannerJob(engine, 'run', (url) => url)
  job.planner.add([['http://a.example/', '["http://a.example/",null,null]']])
  job.planner.complete(true)
  for (let now = 0; !job.isHeld; now += 10_000)
    await job.turn({ revision: '', isDrained: false, hasWhole: false }, now)
  job.planner.remove(['http://a.example/'])
  await job.turn({ revision: '', isDrained: false, hasWhole: false }, 0)
  t.false(job.isHeld)
})

/** A machine that names these URLs, with this label. */
function jobOf(
  engine: Engine,
  run: string,
  isWhole: boolean,
  urls: readonly string[],
  label = run,
): PlannerJob {
  const job = new PlannerJob(engine, run, (url) => new URL(url).origin)
  job.planner.add(urls.map((url) => [url, `["${url}",null,{"label":"${label}"}]`]))
  job.planner.complete(isWhole)
  return job
}

/** What the plan has, with the label of each URL, and how often. */
async function planned(engine: Engine): Promise<string[]> {
  const ids = [...(await engine.plans.versions()).keys()]
  const definitions = await engine.plans.definitions(ids)
  const all = definitions.flatMap(
    (text) => JSON.parse(text ?? '[]') as [url: string, overrides: null, labels: { label: string }][],
  )
  return all.map(([url, , { label }]) => `${url} ${label}`).toSorted()
}

test('one that could not read all of its lists is the planner only while no other can be', async (t) => {
  const engine = await untaken(t)
  const part = jobOf(engine, 'part', false, ['http://a.example/'])
  let now = 0
  const turns = async (count: number, hasWhole: boolean) => {
    for (let turn = 0; turn < count; turn++)
      await part.turn({ revision: '', isDrained: false, hasWhole }, (now += 10_000))
  }
  await turns(2 * ALONE_PULSES, true)
  t.false(part.isHeld)
  await turns(ALONE_PULSES - 1, false)
  t.false(part.isHeld, 'others may not have been heard yet')
  t.deepEqual([part.planner.list, part.planner.isPart], ['', true])
  await turns(2, false)
  t.true(part.isHeld)
  t.deepEqual(await planned(engine), ['http://a.example/ part'])
  await turns(1, true)
  t.false(part.isHeld)
  part.planner.complete(true)
  await turns(1, true)
  t.true(part.isHeld)
})

test('one that could not read all of its lists adds to the plan, and removes nothing', async (t) => {
  const { engine, right, revision } = await start(t)
  const [one, , other] = URLS as [string, string, string]
  const { planner } = jobOf(engine, 'part', false, [other, 'http://c.example/'])
  // The settings that one in the plan has there may be of the list that was not read.
  const all = [...URLS.map((url) => `${url} before`), 'http://c.example/ part']
  for (const token of [right, right]) await planner.run(token, await revision(), 0)
  t.deepEqual(await planned(engine), all)
  planner.add([['http://d.example/', '["http://d.example/",null,{"label":"part"}]']])
  await planner.run(right, await revision(), 0)
  t.deepEqual(await planned(engine), [...all, 'http://d.example/ part'])
  planner.remove(['http://d.example/', other])
  planner.complete(true)
  planner.add([[one, `["${one}",null,{"label":"whole"}]`]])
  await planner.run(right, await revision(), 0)
  t.deepEqual(await planned(engine), [`${one} whole`, 'http://c.example/ part'])
})

test('one that could not read all of its lists goes on with a change of one that has died', async (t) => {
  const { engine, right, revision } = await start(t)
  const dying = plannerOf(
    dyingAt(engine, (to) => to === ''),
    'after',
  )
  await t.throwsAsync(dying.run(right, await revision(), 0), { message: 'dead' })
  t.deepEqual(await planned(engine), [])
  const { planner } = jobOf(engine, 'part', false, ['http://c.example/'])
  await planner.run(right, await revision(), 0)
  t.deepEqual(await planned(engine), [...URLS.map((url) => `${url} before`), 'http://c.example/ part'])
  t.regex(await revision(), /^1:all:/)
})

test('one that could not read all of its lists sees what another has planned since it was the planner', async (t) => {
  const { engine, right, revision } = await start(t)
  const { planner } = jobOf(engine, 'part', false, URLS, 'before')
  const heard = await revision()
  await planner.run({ ...right, token: 'one before' }, heard, 0)
  const whole = plannerOf(engine, 'before')
  whole.add([['http://new.example/', '["http://new.example/",null,{"label":"whole"}]']])
  await whole.run({ ...right, run: 'whole' }, heard, 0)
  await planner.run(right, heard, 20_000)
  t.deepEqual(await planned(engine), [...URLS.map((url) => `${url} before`), 'http://new.example/ whole'])
})

test('while a long list is divided into batches, renewals go on', async (t) => {
  let hadTurn = false
  const asked = Promise.withResolvers<boolean>()
  const versions = () => {
    asked.resolve(hadTurn)
    return Promise.reject(new Error('enough'))
  }
  const planner = new Planner({ plans: { versions } } as unknown as Engine, (url) => url)
  planner.add(Array.from({ length: 20_000 }, (_, n) => [`http://${n}.example/`, `["http://${n}.example/"]`]))
  planner.complete(true)
  setImmediate(() => (hadTurn = true))
  const right = { token: 'token', isHeld: () => true, run: 'run' }
  await t.throwsAsync(planner.run(right, '', 0), { message: 'enough' })
  t.true(await asked.promise)
})
