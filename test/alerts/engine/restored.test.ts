import test from 'ava'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const RULE = ruleOf('web', { down: { polls: 1 } })

test('a restart: alerts of URLs whose list is still to be read wait for it', (t) => {
  const engine = new TestEngine([RULE])
  for (const id of [0, 1]) engine.register(id)
  engine.poll(0, 'down')
  const [down] = engine.changes
  engine.poll(1, 'down')
  engine.restart([RULE], [...(down === undefined ? [] : [down]), ...engine.changes])
  engine.engine.endList(engine.now * 1_000)
  engine.register(1)
  t.deepEqual(engine.poll(1, 'down'), [])
  t.deepEqual(engine.endList(), ['unwatched web/down u0: no longer watched'])
})
