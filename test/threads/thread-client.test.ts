import { MessageChannel } from 'node:worker_threads'
import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { answerRequests } from '../../src/threads/requests.ts'
import { ThreadClient } from '../../src/threads/thread-client.ts'
import { waitUntil } from '../helpers/wait-until.ts'

class Failure extends Error {}

/** A client, and a thread that answers each question when it is told to. */
function clientOf(t: ExecutionContext, timeoutMs?: number) {
  const asked: { readonly question: object; readonly answer: (answer: object) => void }[] = []
  const client = new ThreadClient('monitor', Failure, 'there is none', timeoutMs)
  const { port1, port2 } = new MessageChannel()
  answerRequests(port1, (question: object) => {
    const { promise, resolve } = Promise.withResolvers<object>()
    asked.push({ question, answer: resolve })
    return promise
  })
  client.setPort(port2)
  t.teardown(() => port1.close())
  return { client, asked, end: () => port1.close() }
}

test('a thread gets one question after the other, each when it has answered the one before', async (t) => {
  const { client, asked } = clientOf(t)
  const answers = [1, 2, 3].map((n) => client.ask({ n }))
  for (const n of [1, 2, 3]) {
    await waitUntil(() => asked.length === n)
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    t.is(asked.length, n)
    asked[n - 1]?.answer({ n: n * 10 })
    t.deepEqual(await answers[n - 1], { n: n * 10 })
  }
})

test('a question that was given up before its turn is not asked', async (t) => {
  const { client, asked } = clientOf(t, 50)
  const late = { instanceOf: Failure, message: 'the monitor does not answer' }
  await Promise.all([t.throwsAsync(client.ask({ n: 1 }), late), t.throwsAsync(client.ask({ n: 2 }), late)])
  await waitUntil(() => asked.length === 1)
  asked[0]?.answer({})
  while (asked.length < 2) await client.ask({ n: 3 }).catch(() => {})
  t.deepEqual(
    asked.map(({ question }) => question),
    [{ n: 1 }, { n: 3 }],
  )
})

test('too many questions are refused, and those that wait reject when the thread ends', async (t) => {
  const { client, asked, end } = clientOf(t)
  const waiting = Array.from({ length: 10_000 }, (_, n) => client.ask({ n }))
  const ended = Promise.all(waiting.map((answer) => answer.catch((error: Error) => error.message)))
  await t.throwsAsync(client.ask({}), {
    instanceOf: Failure,
    message: 'too many questions wait for the monitor',
  })
  await waitUntil(() => asked.length === 1)
  end()
  t.deepEqual(new Set(await ended), new Set(['the monitor does not answer']))
})

test('without a thread the reason is told', async (t) => {
  const client = new ThreadClient('monitor', Failure, 'there is none')
  t.false(client.isThere)
  await t.throwsAsync(client.ask({}), { instanceOf: Failure, message: 'there is none' })
})
