import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import test from 'ava'
import { QuestionHandler } from '../../src/threads/question-handler.ts'
import { HistoryQuestionHandler } from '../../src/threads/history-question-handler.ts'
import { AlertQuestionHandler } from '../../src/threads/alert-question-handler.ts'
import { sendRequests } from '../../src/threads/requests.ts'

/** What a thread does, in order, when it gets two questions, one after the other, and other work comes with each. */
async function orderOf(
  type: string,
  listen: (port: MessagePort, answer: () => object) => void,
): Promise<string[]> {
  const order: string[] = []
  const { port1, port2 } = new MessageChannel()
  const reply = port1.postMessage.bind(port1)
  port1.postMessage = (message: unknown, ...rest: []) => {
    order.push('reply')
    reply(message, ...rest)
  }
  listen(port1, () => {
    order.push('answer')
    setImmediate(() => order.push('other work'))
    return {}
  })
  const ask = sendRequests(port2)
  await ask({ type })
  await ask({ type })
  port1.close()
  return order
}

const EXPECTED = ['answer', 'other work', 'reply', 'answer', 'other work', 'reply']

test('the monitor does other work before it replies, so that the next question waits for that', async (t) => {
  const order = await orderOf('totals', (port, totals) => {
    new QuestionHandler({ metrics: { totals } } as never).listen(port)
  })
  t.deepEqual(order, EXPECTED)
})

test('so does the recorder', async (t) => {
  const order = await orderOf('history', (port, history) => {
    new HistoryQuestionHandler({ history } as never, () => {}).listen(port, 'web')
  })
  t.deepEqual(order, EXPECTED)
})

test('so does the alerter', async (t) => {
  const order = await orderOf('any', (port, answer) => {
    new AlertQuestionHandler(answer as never).listen(port)
  })
  t.deepEqual(order, EXPECTED)
})
