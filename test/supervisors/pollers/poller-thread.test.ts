import test from 'ava'
import { PollerThread } from '../../../src/supervisors/pollers/poller-thread.ts'
import type { CompleteMessage } from '../../../src/threads/protocol.ts'
import { pollerNumber } from '../../../src/resource/poller-number.ts'
import { pollOptions } from '../../helpers/test-poller.ts'

test('a late reply is not taken for the reply to the next request', async (t) => {
  const settled: string[] = []
  let heard = Promise.withResolvers<void>()
  const thread = new PollerThread(pollerNumber(0), pollOptions(), [], [], {
    returned: (_, isSwitched) => settled.push(isSwitched ? 'new' : 'old'),
    renew: () => {},
    notices: () => heard.resolve(),
    uplink: () => {},
  })
  const { complete, pending, status } = thread.launch
  const switches = ['first', 'second'].map((name) => {
    const switched = thread.switchStatusPort()
    void switched.done.then(() => settled.push(name))
    return switched
  })
  t.teardown(() => {
    for (const port of [complete, pending, status, ...switches.map((switched) => switched.status)])
      port.close()
  })
  const answer = async () => {
    heard = Promise.withResolvers()
    for (const type of ['resources', 'status', 'resources'] as const)
      complete.postMessage({ type, batch: new ArrayBuffer(0) } satisfies CompleteMessage)
    complete.postMessage({ type: 'notices', lines: '' } satisfies CompleteMessage)
    await heard.promise
  }
  await answer()
  t.deepEqual(settled.splice(0), ['old', 'first', 'old'])
  await answer()
  t.deepEqual(settled, ['old', 'second', 'new'])
})
