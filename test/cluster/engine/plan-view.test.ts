import { PlanView } from '../../../src/cluster/engine/plan-view.ts'
import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
import type { PlanStore } from '../../../src/cluster/engine/plan-store.ts'
import { Rows } from '../../../src/cluster/engine/rows.ts'
import { engineOf, takePlannersJob } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

const test = testWith('valkey-server')

test('a batch that is out of the plan while another revision is made stays known', async (t) => {
  const valkey = await Valkey.start(t)
  const engine = await engineOf(t, valkey)
  await takePlannersJob(engine, valkey, 'planner')
  const definition = '[["http://a.example/",null,null]]'
  const events: ClusterEvent[] = []
  const post = (event: ClusterEvent) => {
    events.push(event)
    if (event.type === 'define')
      view.defined(event.batch, event.version, new Uint32Array([1]), new Uint16Array([1]))
  }
  const zones = { own: '', others: [], seed: () => {} }
  const hooks = { post, offset: () => 0, now: () => 0, planned: () => {}, zones }
  const view = new PlanView(engine.plans, new Rows(), hooks, [])
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
  const plans = {
    current: () => Promise.resolve({ revision: '1:all:1', plan: new Map(ids.map((id) => [id, 'v1'])) }),
    definitions(batches: readonly string[]) {
      asked.push(batches.length)
      if (batches.length > 10) return Promise.reject(new Error('Command timed out'))
      return Promise.resolve(batches.map((id) => `[["http://${id}.example/",null,null]]`))
    },
    facts: (batches: readonly string[]) => Promise.resolve(batches.map(() => new Map())),
  } as unknown as PlanStore
  const post = (event: ClusterEvent) => {
    if (event.type === 'define')
      view.defined(event.batch, event.version, new Uint32Array([1]), new Uint16Array([1]))
  }
  const zones = { own: '', others: [], seed: () => {} }
  const hooks = { post, offset: () => 0, now: () => 0, planned: () => {}, zones }
  const view = new PlanView(plans, new Rows(), hooks, [])
  for (let turn = 0; turn < 2; turn++)
    await t.throwsAsync(view.follow('1:all:1'), { message: 'Command timed out' })
  await view.follow('1:all:1')
  t.true(view.knows('1:all:1'))
  t.deepEqual(asked, [32, 16, 8, 8, 8, 8, 8])
})
