import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import test from 'ava'
import { unpackPolls } from '../../src/alerts/run/poll-batch.ts'
import type { SentPoll } from '../../src/alerts/run/poll-batch.ts'
import type { ResourceId } from '../../src/resource/resource.ts'
import { NO_ALERT_FIGURES } from '../../src/state/alert-figures.ts'
import type { AlerterStatus } from '../../src/threads/alerter-protocol.ts'
import { AlerterFeed } from '../../src/threads/alerter-feed.ts'
import { FeedHandler } from '../../src/threads/feed-handler.ts'
import { down, unknown, up } from '../helpers/state.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const brief = ({ id, verdict, detail, errCount }: SentPoll) =>
  `${id} ${verdict} ${errCount} ${detail === null ? '-' : `"${detail}"`}`

/** An alerter that takes in everything, in this thread. */
function alerterOn(port: MessagePort) {
  const got: string[] = []
  const handler = new FeedHandler<AlerterStatus>({
    receive: (batch) => unpackPolls(batch, (poll) => got.push(brief(poll))),
    loseVerdicts: (ids, at) => got.push(`lost ${[...ids].join()} at ${at}`),
    register: (urls) => got.push(`register ${urls.byteLength}`),
    unregister: (ids) => got.push(`unregister ${ids.byteLength}`),
  })
  handler.listen(port)
  return { got, handler }
}

/** A feed, and the other end of its port. */
function feedOf(maxBytes?: number) {
  const feed = new AlerterFeed(maxBytes)
  const { port1, port2 } = new MessageChannel()
  feed.setPort(port1)
  return { feed, port: port2 }
}

test('a poll crosses with all that the alerter is told', (t) => {
  const { feed, port } = feedOf()
  const state = { ...up(7), at: 1_700_000_000_123, durationMs: 12.5, status: 204, generation: 3 }
  feed.state({ ...state, statusText: 'No Content', tls: { protocol: 'TLSv1.3', expiresAt: 9e12 } }, true)
  void feed.finish()
  const polls: SentPoll[] = []
  const handler = new FeedHandler<AlerterStatus>({
    receive: (batch) => unpackPolls(batch, (poll) => polls.push(poll)),
    loseVerdicts: () => {},
    register: () => {},
    unregister: () => {},
  })
  handler.listen(port)
  handler.drain()
  t.deepEqual(polls, [
    {
      id: 7 as ResourceId,
      generation: 3,
      at: 1_700_000_000_123,
      verdict: 'up',
      reason: 'ok',
      status: 204,
      detail: 'No Content',
      durationMs: 12.5,
      errCount: state.errCount,
      certificateExpiresAt: 9e12,
    },
  ])
  port.close()
})

test('texts go with what is new or not up, and order is kept; buffers of URLs are copied', (t) => {
  const { feed, port } = feedOf()
  const urls = new ArrayBuffer(8)
  feed.passUrls(urls)
  feed.state({ ...up(1), statusText: 'OK' }, true)
  feed.state({ ...up(1), statusText: 'OK' }, false)
  feed.verdictLost(2 as ResourceId, 5)
  feed.verdictLost(3 as ResourceId, 5)
  feed.state({ ...down(1), detail: 'a' }, true)
  feed.state({ ...down(1), detail: 'b' }, false)
  feed.passIds(new ArrayBuffer(6))
  feed.forget(1 as ResourceId)
  feed.state({ ...up(1), statusText: 'OK' }, false)
  void feed.finish()
  const { got, handler } = alerterOn(port)
  handler.drain()
  t.false(urls.detached)
  t.deepEqual(got, [
    'register 8',
    '1 up 0 "OK"',
    '1 up 0 -',
    'lost 2,3 at 5',
    '1 down 1 "a"',
    '1 down 1 "b"',
    'unregister 6',
    '1 up 0 "OK"',
  ])
  port.close()
})

test('polls go after a moment, without a further one', async (t) => {
  const { feed, port } = feedOf()
  const { got } = alerterOn(port)
  feed.state(up(1), true)
  feed.passStates()
  await waitUntil(() => got.length === 1)
  t.pass()
  port.close()
})

test('when the alerter lags, the last poll of each URL waits, no change is lost, and what is dropped is counted', async (t) => {
  const { feed, port } = feedOf(1)
  for (const id of [1, 2, 3]) feed.state(up(id), true)
  // More than the alerter may leave waiting.
  feed.passIds(new ArrayBuffer(6))
  feed.state(up(1), false)
  t.is(feed.figures.dropped, 1)
  feed.state({ ...down(2), errCount: 1, detail: 'first' }, true)
  feed.state({ ...down(2), errCount: 2, detail: 'second' }, false)
  t.is(feed.figures.dropped, 2)
  // Up again, and nothing was told of that it was down.
  feed.state({ ...down(3), detail: 'gone' }, true)
  feed.state({ ...up(3), statusText: 'back' }, true)
  feed.state({ ...up(3), statusText: 'later' }, false)
  t.is(feed.figures.dropped, 4)
  feed.verdictLost(1 as ResourceId, 9)
  feed.state(unknown(4), true)
  feed.forget(4 as ResourceId)
  const { got } = alerterOn(port)
  await waitUntil(() => got.length === 7)
  t.deepEqual(got.slice(3), ['unregister 6', '2 down 2 "second"', '3 up 0 "back"', 'lost 1 at 9'])
  // It has caught up.
  feed.state(up(1), true)
  feed.passStates()
  await waitUntil(() => got.length === 8)
  t.is(feed.figures.dropped, 4)
  port.close()
})

test('at the end of the run all that waits is sent, however much the alerter lags', (t) => {
  const { feed, port } = feedOf(1)
  feed.state(up(1), true)
  feed.passIds(new ArrayBuffer(6))
  feed.state(down(2), true)
  void feed.finish()
  const { got, handler } = alerterOn(port)
  handler.drain()
  t.is(got.length, 3)
  t.regex(got[2] as string, /^2 down/)
  port.close()
})

test('another alerter gets nothing of what waited for the one before, and the texts of all URLs anew', async (t) => {
  const { feed, port } = feedOf(1)
  feed.state(up(1), true)
  feed.passIds(new ArrayBuffer(6))
  feed.state(down(2), true)
  port.postMessage({ type: 'status', figures: { ...NO_ALERT_FIGURES, pending: 3 } })
  await waitUntil(() => feed.figures.pending === 3)
  const next = new MessageChannel()
  feed.setPort(next.port1)
  feed.state({ ...up(1), statusText: 'OK' }, false)
  void feed.finish()
  const { got, handler } = alerterOn(next.port2)
  handler.drain()
  t.deepEqual(got, ['1 up 0 "OK"'])
  t.is(feed.figures.pending, 0)
  next.port2.close()
})

test('nothing waits for an alerter that has ended', async (t) => {
  const { feed, port } = feedOf(1)
  const closed = new MessageChannel()
  port.close()
  await waitUntil(() => {
    feed.state(down(1), true)
    feed.passIds(new ArrayBuffer(6))
    return feed.figures.dropped === 0
  })
  feed.setPort(closed.port1)
  void feed.finish()
  const { got, handler } = alerterOn(closed.port2)
  handler.drain()
  t.deepEqual(got, [])
  closed.port2.close()
})
