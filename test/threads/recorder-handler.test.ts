import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import { History } from '../../src/history/history.ts'
import { HistoryWriter } from '../../src/history/record/history-writer.ts'
import { StateRecorder } from '../../src/history/record/state-recorder.ts'
import { IN_MEMORY } from '../../src/sqlite/open-file.ts'
import { StateBatch } from '../../src/state/state-batch.ts'
import { RecorderHandler } from '../../src/threads/recorder-handler.ts'
import { down } from '../helpers/state.ts'
import { BEGIN, packed } from '../helpers/test-recorder.ts'

const [A, B] = ['https://a.example/', 'https://b.example/']

/** The recorder thread, in this one, with the least history. */
function threadOf(fail: (message: string) => void) {
  const clock = { now: BEGIN }
  const now = () => clock.now
  const history = History.open(IN_MEMORY, { sizeLimit: 1, now, warn: fail })
  const recorder = new StateRecorder(history, now)
  const notices: string[] = []
  const events = { notice: (line: string) => notices.push(line), flushed: () => {} }
  const writer = new HistoryWriter(history, recorder, events, now)
  const handler = new RecorderHandler({
    recorder,
    writer,
    feed: { listen: () => {}, drain: () => {} },
    questions: { listen: () => {} },
    maintain: () => {},
    close: () => {},
    failed: ({ message }) => fail(message),
  })
  return {
    history,
    notices,
    /** The list is this now. Returns what an earlier run knew, packed. */
    list(...urls: string[]) {
      const list = packed(urls.map((url) => ({ url })))
      const reply = handler.handle({ type: 'urls', urls: list, isFirst: true, wantsEarlier: true })
      const { port1, port2 } = new MessageChannel()
      handler.handle({ type: 'monitor', port: port2 })
      port1.close()
      return reply !== undefined && 'earlier' in reply ? reply.earlier.byteLength : null
    },
    /** The first URLs are down. */
    down(urls: number) {
      const batch = new StateBatch()
      for (let id = 0; id < urls; id++) batch.add(down(id, { at: clock.now }))
      writer.receive(batch.take(), null)
    },
    flush() {
      clock.now += 10_000
      writer.flush()
    },
    /** URLs that are down. */
    open: () =>
      history
        .incidents({ from: BEGIN, to: clock.now + 1, limit: 9 })
        .incidents.flatMap(({ url, end }) => (end === null ? (history.url(url)?.name ?? []) : []))
        .toSorted(),
  }
}

test('a list that does not fit is reported; what is known of its URLs stays, until they leave', (t) => {
  const thread = threadOf((message) => t.fail(message))
  t.teardown(() => thread.history.close())
  thread.list(A, B)
  thread.down(2)
  thread.flush()
  t.deepEqual(thread.open(), [A, B])

  const long = Array.from({ length: 20_000 }, (_, n) => `https://c.example/${n}/${'x'.repeat(200)}`)
  t.is(thread.list(A, B, ...long), 0)
  for (let n = 0; n < 3; n++) thread.flush()
  t.is(thread.notices.length, 1)
  t.regex(thread.notices.join(), /--history-size of 4\.2 MB is too small: .*; polls are not recorded until/)
  t.deepEqual(thread.open(), [A, B])

  t.not(thread.list(A), 0)
  for (let n = 0; n < 2; n++) thread.flush()
  t.is(thread.notices.at(-1), 'info: history: it is written again')
  t.deepEqual(thread.open(), [A])
})
