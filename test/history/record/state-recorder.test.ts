import test from 'ava'
import { Packer } from '../../../src/resource/packer.ts'
import { packShown } from '../../../src/state/shown-batch.ts'
import type { ShownState } from '../../../src/state/shown-state.ts'
import { StateBatch } from '../../../src/state/state-batch.ts'
import { down } from '../../helpers/state.ts'
import { BEGIN, TestRecorder } from '../../helpers/test-recorder.ts'

test('what is shown of a URL that has left is not taken for that of the next one', (t) => {
  const recorder = new TestRecorder()
  t.teardown(() => recorder.history.close())
  recorder.register({ url: 'https://a.example/' })
  // Settling rules: both have failed once, and are still up. The first is in no list that the recorder knows.
  const [batch, shown] = [new StateBatch(), new Packer()]
  for (const state of [down(7, { at: BEGIN }), down(0, { at: BEGIN })]) {
    batch.add(state)
    const last = { answer: 'down', consecutive: 1, needed: 3 } as const
    packShown(shown, { ...state, verdict: 'up', last } as ShownState)
  }
  recorder.recorder.receive(batch.take(), shown.take())
  recorder.run(10_000)
  t.deepEqual(recorder.history.incidents({ from: BEGIN, to: recorder.now, limit: 9 }).incidents, [])
  t.is(recorder.history.uptime(1, BEGIN, recorder.now).upSeconds, 10)
})
