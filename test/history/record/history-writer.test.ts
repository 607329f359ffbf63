import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { HistoryWriter } from '../../../src/history/record/history-writer.ts'
import { StateBatch } from '../../../src/state/state-batch.ts'
import { down } from '../../helpers/state.ts'
import { smallDisk } from '../../helpers/small-disk.ts'
import { packed, TestRecorder } from '../../helpers/test-recorder.ts'

test('URLs that come while the disk is full are recorded when there is room again', async (t) => {
  const directory = smallDisk(t, 1_500)
  if (directory === null) return
  const thread = new TestRecorder(join(directory, 'h.db'))
  t.teardown(() => thread.history.close())
  const notices: string[] = []
  let lost = 0
  const events = { notice: (line: string) => notices.push(line), flushed: (polls: number) => (lost = polls) }
  const writer = new HistoryWriter(thread.history, thread.recorder, events, () => thread.now)
  const [old, fresh] = ['https://a.example/', 'https://b.example/']
  const urls = packed([{ url: old }, { url: fresh }])
  const poll = () => {
    const batch = new StateBatch()
    for (const id of [0, 1]) batch.add(down(id, { at: thread.now }))
    writer.receive(batch.take(), null)
    thread.now += 10_000
    writer.flush()
  }
  thread.register({ url: old })
  poll()
  const ballast = join(directory, 'ballast')
  t.throws(() => writeFileSync(ballast, Buffer.alloc(2_000_000)))
  // The last pages of the log still take something.
  for (let n = 0; notices.length === 0 && n < 5_000; n++) poll()
  t.regex(notices.join(), /full; polls are not recorded until it can be written again$/)

  writer.register(urls)
  const before = lost
  poll()
  t.is(lost - before, 2)
  const incidents = { type: 'incidents', from: 0, to: thread.now, limit: 9, cursor: null } as const
  const whose = async () => {
    const answer = await thread.ask({ ...incidents, to: thread.now, filter: { urls: null, labels: [] } })
    return answer?.incidents.map(({ url }) => url)
  }
  t.deepEqual(await whose(), [old])

  writeFileSync(ballast, '')
  thread.now += 10_000
  writer.flush()
  t.is(notices.at(-1), 'info: history: it is written again')
  poll()
  t.deepEqual(await whose(), [fresh, old])
  t.is(lost - before, 2)
})
