import { PlanView } from '../../../src/cluster/engine/plan-view.ts'
import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
import type { PlanStore } from '../../../src/cluster/engine/plan-store.ts'
import { Rows } from '../../../src/cluster/engine/rows.ts'
import { engineOf, takePlannersJob } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

const test = testWith('valkey-server')

/** A view of a plan that is read by these. What is told is put into a table at once. */
function viewOf(plans: Partial<PlanStore>) {
  const events: ClusterEvent[] = []
  const post = (event: ClusterEvent) => {
    events.push(event)
    if (event.type === 'define')
      view.defined(event.batch, event.version, new Uint32Array([1]), new Uint16Array([1]))
  }
  const zones = { own: '', others: [], seed: () => {} }
  const hooks = { post, offset: () => 0, now: () => 0, planned: () => {}, zones }
  const view = new PlanView(plans as PlanStore, new Rows(), hooks, [])
  return { view, events }
}

test('a batch that is out of the plan while another revision is made stays known', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await takePlannersJob(engine, valkey, 'planner')
  const definition = '[["http://a.example/",null,null]]'
  const { view, events } = viewOf(engine.plans)
  await engine.plans.change('planner', '1:all:1', [], [['one', 'v1', definition]])
  await view.follow('1:all:1')
  await engine.plans.change('planner', '1:all:2', [], [['two', 'v1', definition]])
  // A pulse has told of `1:all:2`. Before the plan is read, the planner begins with the next change.
  await engine.plans.change('planner', '1:part:3', ['one'], [])
  await view.follow('1:all:2')
  await engine.plans.change('planner', '1:all:4', [], [['one', 'v2', definition]])
  await view.follow('1:all:4')
  t.true(view.knows('1:all:4'))
  const told = events.map((event) => ('batch' in event ? `${event.type} ${event.batch}` : event.type))
  t.deepEqual(told.toSorted(), ['define one', 'define one', 'define two'])
})

test('a plan that is too long for a slow line is read in smaller parts, and what was read stays', async (t) => {
  const ids = Array.from({ length: 40 }, (_, n) => `batch${n}`)
  const asked: number[] = []
  let plan: [revision: string, ids: string[]] = ['1:all:1', ids]
  const { view } = viewOf({
    current: () => Promise.resolve({ revision: plan[0], plan: new Map(plan[1].map((id) => [id, 'v1'])) }),
    definitions(batches) {
      asked.push(batches.length)
      if (batches.length > 10) return Promise.reject(new Error('Command timed out'))
      return Promise.resolve(batches.map((id) => `[["http://${id}.example/",null,null]]`))
    },
    facts: (batches) => Promise.resolve(batches.map(() => new Map())),
  })
  for (let turn = 0; turn < 2; turn++)
    await t.throwsAsync(view.follow('1:all:1'), { message: 'Command timed out' })
  await view.follow('1:all:1')
  t.true(view.knows('1:all:1'))
  t.deepEqual(asked, [32, 16, 8, 8, 8, 8, 8])
  const more = Array.from({ length: 10 }, (_, n) => `later${n}`)
  plan = ['1:all:2', [...ids, ...more]]
  await view.follow('1:all:2')
  t.deepEqual(asked.slice(7), [10], 'the next one is tried as the first was')
})

test('a connection that was closed makes no part smaller', async (t) => {
  const asked: number[] = []
  const ids = Array.from({ length: 64 }, (_, n) => `batch${n}`)
  const { view } = viewOf({
    current: () => Promise.resolve({ revision: '1:all:1', plan: new Map(ids.map((id) => [id, 'v1'])) }),
    definitions(batches) {
      asked.push(batches.length)
      return Promise.reject(new Error('Connection is closed.'))
    },
  })
  for (let turn = 0; turn < 2; turn++) await t.throwsAsync(view.follow('1:all:1'))
  t.deepEqual(asked, [32, 32])
})

test('whether the plan was read is said, not of a pulse that comes while it is', async (t) => {
  const read = Promise.withResolvers<Awaited<ReturnType<PlanStore['current']>>>()
  const { view } = viewOf({ current: () => read.promise })
  const reading = view.follow('1:all:1')
  t.false(await view.follow('1:all:1'))
  read.resolve({ revision: '1:all:1', plan: new Map() })
  t.true(await reading)
  t.true(await view.follow('1:all:1'))
})
