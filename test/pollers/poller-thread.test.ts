import test from 'ava'
import { PollerThread } from '../../src/pollers/poller-thread.ts'
import type { CompleteMessage } from '../../src/threads/protocol.ts'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { pollOptions } from '../helpers/test-poller.ts'

test('a late reply is not taken for the reply to the next request', async (t) => {
  let heard = Promise.withResolvers<void>()
  const life = new PollerThread(pollerNumber(0), pollOptions(), [], {
    returned: () => {},
    notices: () => heard.resolve(),
    uplink: () => {},
  })
  const { complete, pending, status } = life.launch
  const settled: string[] = []
  const ways = ['first', 'second'].map((name) => {
    const way = life.switchStatusPort()
    void way.done.then(() => settled.push(name))
    return way
  })
  t.teardown(() => {
    for (const port of [complete, pending, status, ...ways.map((way) => way.status)]) port.close()
  })
  const answer = async () => {
    heard = Promise.withResolvers()
    complete.postMessage({ type: 'status' } satisfies CompleteMessage)
    complete.postMessage({ type: 'notices', lines: '' } satisfies CompleteMessage)
    await heard.promise
  }
  await answer()
  t.deepEqual(settled, ['first'])
  await answer()
  t.deepEqual(settled, ['first', 'second'])
})
