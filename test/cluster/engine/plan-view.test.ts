import { PlanView } from '../../../src/cluster/engine/plan-view.ts'
import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
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
