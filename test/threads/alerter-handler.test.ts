import test from 'ava'
import { AlerterHandler } from '../../src/threads/alerter-handler.ts'
import type { AlerterMessage } from '../../src/threads/alerter-protocol.ts'

test('what the monitor has passed on is taken in before another configuration is', async (t) => {
  const done: string[] = []
  const note = (what: string) => () => void done.push(what)
  const handler = new AlerterHandler({
    intake: {
      forgetUrls: note('forget'),
      register: note('register'),
      allRegistered: note('all'),
      listsComplete: note('complete'),
    },
    feed: { listen: note('listen'), drain: note('drain') },
    questions: { listen: note('questions') },
    recorder: { setPort: note('recorder') },
    configure: note('configure'),
    pinged: note('ping'),
    finish: () => Promise.resolve(),
    failed: (error) => t.fail(error.message),
  })
  const config = { receivers: [], rules: [], maintenance: [], heartbeat: null }
  await handler.handle({ type: 'config', config, link: '' } satisfies AlerterMessage)
  t.deepEqual(done, ['drain', 'configure'])
})
