import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import type { HistoryQuestion } from '../../src/history/record/history-question.ts'
import { answerRequests } from '../../src/threads/requests.ts'
import { UptimeClient } from '../../src/threads/uptime-client.ts'

/** A client, what it reports, and a recorder that knows of all URLs but `unknown` that they were up half of the time. */
function clientOf(isBroken = false) {
  const lines: string[] = []
  const client = new UptimeClient((line) => lines.push(line))
  const asked: HistoryQuestion[] = []
  const { port1, port2 } = new MessageChannel()
  answerRequests(port1, (question: Extract<HistoryQuestion, { type: 'times' }>) => {
    asked.push(question)
    if (isBroken) throw new Error('the disk is gone')
    return {
      urls: question.urls.map((url) => (url === 'unknown' ? null : [{ ratio: url === 'new' ? null : 0.5 }])),
    }
  })
  client.setPort(port2)
  return { client, lines, asked, close: () => port1.close() }
}

test('URLs that are asked for together go in few questions, and each gets its own answer', async (t) => {
  const { client, asked, close } = clientOf()
  const urls = [...Array.from({ length: 150 }, (_, n) => `u${n}`), 'unknown', 'new']
  const shares = await Promise.all(urls.map((url) => client.uptimeOf(url, 1_000, 5_000)))
  t.deepEqual(shares, [...Array.from({ length: 150 }, () => 0.5), 'none', 'none'])
  t.is(asked.length, 2)
  t.like(asked[0], { times: [[4_000, 5_000]] })
  await Promise.all([client.uptimeOf('a', 1, 9), client.uptimeOf('b', 2, 9)])
  t.is(asked.length, 4)
  close()
})

test('without an answer nothing is known, which is said once', async (t) => {
  const { client, lines, close } = clientOf(true)
  t.is(await client.uptimeOf('a', 1, 2), null)
  t.is(await client.uptimeOf('a', 1, 3), null)
  t.deepEqual(lines, ['alerts: uptime is not known: the disk is gone'])
  close()
  t.is(await new UptimeClient(() => t.fail()).uptimeOf('a', 1, 2), null)
})

test('a recorder that ends before it has answered is not waited for', async (t) => {
  const client = new UptimeClient(() => {})
  const { port1, port2 } = new MessageChannel()
  client.setPort(port2)
  const share = client.uptimeOf('a', 1, 2)
  setImmediate(() => port1.close())
  t.is(await share, null)
})
