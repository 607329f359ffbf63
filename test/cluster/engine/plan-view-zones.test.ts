import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
import { PlanView } from '../../../src/cluster/engine/plan-view.ts'
import type { ZoneVerdicts } from '../../../src/cluster/engine/known-verdicts.ts'
import { Rows } from '../../../src/cluster/engine/rows.ts'
import { FactsRecords } from '../../../src/cluster/share/facts.ts'
import { textKey } from '../../../src/cluster/share/text-hash.ts'
import type { Verdict } from '../../../src/resource/resource.ts'
import { engineOf, takeBatch, takePlannersJob } from '../../helpers/engine.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

const test = testWith('valkey-server')

const URL = 'http://a.example/'

test('a machine that starts knows what each zone says, and shows what most of them do', async (t) => {
  const valkey = await Valkey.start(t)
  const now = 1_000_000
  const own = await engineOf(t, valkey, 'of-eu', 'eu')
  for (const [zone, verdict] of [
    ['eu', 'up'],
    ['us', 'down'],
    ['ap', 'down'],
  ] as const) {
    const engine = zone === 'eu' ? own : await engineOf(t, valkey, `of-${zone}`, zone)
    await takePlannersJob(engine, valkey, 'planner')
    await engine.plans.change('planner', '1:all:1', [], [['one', 'v1', JSON.stringify([[URL, null, null]])]])
    await engine.batches.add(['one'])
    await takeBatch(engine, valkey, 'mine')
    const times = { slotAt: now, dueAt: now, notBefore: 0, headRefusedUntil: 0 }
    const known = new FactsRecords()
    known.set(textKey(URL), { verdict, errCount: 2, refusedStatus: 0, ...times }, 0)
    t.deepEqual(
      await engine.report([
        { batch: 'one', token: 'mine', returned: false, states: null, facts: known.bytes },
      ]),
      [],
    )
  }

  const events: ClusterEvent[] = []
  const seeds: ZoneVerdicts[] = []
  const follow = async (...others: string[]) => {
    const zones = { own: 'eu', others, seed: (known: ZoneVerdicts) => void seeds.push(known) }
    const hooks = { offset: () => 0, now: () => now, planned: () => {}, zones }
    const view: PlanView = new PlanView(own.plans, new Rows(), { ...hooks, post }, [])
    function post(event: ClusterEvent): void {
      events.push(event)
      if (event.type === 'define') view.defined('one', 'v1', Uint32Array.of(7), Uint16Array.of(0))
    }
    await view.follow('1:all:1')
  }
  const defined = (): Verdict | undefined => {
    const event = events.pop()
    return event?.type === 'define' ? event.facts[0]?.verdict : undefined
  }
  await follow('us', 'ap')
  t.is(defined(), 'down')
  t.deepEqual(
    [...(seeds.pop() ?? [])],
    [
      ['eu', ['up']],
      ['us', ['down']],
      ['ap', ['down']],
    ],
  )
  await follow()
  t.is(defined(), 'up')
  t.deepEqual([...(seeds.pop() ?? [])], [])
})
