import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { StallDetector } from '../../../src/poll/attempt/stall-detector.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import type { Script } from '../../helpers/hostile-server.ts'
import { pollOnce, resource, TestPoller } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

test('the longest pause since a time', (t) => {
  const stalls = new StallDetector(0, 0)
  t.is(stalls.longestSince(0), 0)
  for (const [at, ms] of [
    [100, 50],
    [200, 20],
    [300, 30],
    [400, 10],
  ] as const) {
    t.is(stalls.heartbeat(ms, at, at), ms)
  }
  t.is(stalls.totalMs, 110)
  t.deepEqual(
    [0, 99, 100, 200, 300, 399, 400].map((since) => stalls.longestSince(since)),
    [50, 50, 30, 30, 10, 10, 0],
  )
})

test('the ordinary jitter of an event loop is no pause', (t) => {
  const stalls = new StallDetector(0, 0)
  t.is(stalls.heartbeat(4, 100, 100), 0)
  t.is(stalls.longestSince(0), 0)
})

test('a machine that was suspended stood still as long as the wall clock says', (t) => {
  const stalls = new StallDetector(0, 1_000_000)
  t.is(stalls.heartbeat(1, 100, 1_000_100), 0)
  t.is(stalls.heartbeat(1, 200, 1_060_200), 60_000)
  t.is(stalls.longestSince(150), 60_000)
  t.is(stalls.heartbeat(1, 300, 1_060_300), 0)
})

test('a wall clock that was set back is no pause', (t) => {
  const stalls = new StallDetector(0, 1_000_000)
  t.is(stalls.heartbeat(1, 100, 500_000), 0)
  t.is(stalls.heartbeat(1, 200, 500_100), 0)
})

test('remembers little however long it beats', (t) => {
  const stalls = new StallDetector(0, 0)
  for (let at = 0; at < 1e6; at++) stalls.heartbeat(5 + (at % 7), at * 10, at * 10)
  t.is(stalls.longestSince(0), 11)
})

test('a pause of more than an hour ago is forgotten, though it was the longest', (t) => {
  const stalls = new StallDetector(0, 0)
  stalls.heartbeat(50, 100, 100)
  stalls.heartbeat(20, 3_600_000, 3_600_000)
  t.is(stalls.longestSince(0), 50)
  stalls.heartbeat(10, 3_600_101, 3_600_101)
  t.is(stalls.longestSince(0), 20)
})

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test.serial('what came while the thread stood still is not late', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller({ timeoutMs: 2_000 })
  t.teardown(() => poller.close())
  await poller.pollWithoutStall(server.url('ok'))
  const late = Array.from({ length: 10 }, () => poller.poll(server.url('late')))
  const other = Array.from({ length: 10 }, () => poller.poll(server.url('ok')))
  setImmediate(() => standStill(2_200))
  t.deepEqual(
    (await Promise.all(other)).map(({ verdict }) => verdict),
    Array<string>(10).fill('up'),
  )
  await Promise.all(late)
})

test.serial('a poll that timed out because the thread stood still says nothing of its URL', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const given = resource(server.url('silent'), { errCount: 3, verdict: 'up' })
  setTimeout(() => standStill(600), 50)
  const state = await pollOnce(given, { timeoutMs: 1_000 })
  t.deepEqual(
    [state.verdict, state.reason, given.errCount, given.verdict],
    ['unknown', 'local', 3, 'unknown'],
  )
  t.true(state.stalledMs >= 500)
})

test.serial('a process that was stopped for longer than its deadline calls nothing down', async (t) => {
  const server = await HostileServer.start({
    slow: (socket) => {
      setTimeout(() => socket.end('HTTP/1.1 200 OK\r\n\r\n'), 100)
      // What a server does with those who stand still.
      setTimeout(() => socket.destroyed || socket.resetAndDestroy(), 1_500)
    },
  })
  t.teardown(() => server.close())
  const program = new URL('../../helpers/poll-many.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program, server.url('slow'), '60', '8', '1000'])
  const printed = text(child.stdout)
  while (server.heads.length < 20) await sleep(5)
  child.kill('SIGSTOP')
  await sleep(2_500)
  child.kill('SIGCONT')
  await once(child, 'exit')
  const { tally, errCounts } = JSON.parse(await printed) as {
    tally: Record<string, number>
    errCounts: number
  }
  t.deepEqual(
    Object.keys(tally).filter((reason) => reason !== 'ok' && reason !== 'local'),
    [],
    await printed,
  )
  t.true((tally['ok'] ?? 0) >= 40, await printed)
  t.is(errCounts, 0)
})

/** Polls with a process of its own that is stopped for a while once its request is there. */
async function stopped(script: Script, timeoutMs: number, forMs: number): Promise<Record<string, number>> {
  const server = await HostileServer.start({ script })
  const program = new URL('../../helpers/poll-many.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program, server.url('script'), '1', '1', String(timeoutMs)])
  const printed = text(child.stdout)
  await waitUntil(() => server.heads.length === 1)
  child.kill('SIGSTOP')
  await sleep(forMs)
  child.kill('SIGCONT')
  const { tally } = JSON.parse(await printed) as { tally: Record<string, number> }
  await server.close()
  return tally
}

test.serial('an answer that came while the process was stopped is read, however long that was', async (t) => {
  const answer: Script = (socket) => void setTimeout(() => socket.end('HTTP/1.1 200 OK\r\n\r\n'), 100)
  t.deepEqual(await stopped(answer, 1_000, 2_500), { ok: 1 })
})

test.serial(
  'a server that lost patience with a process that was stopped says nothing of the URL',
  async (t) => {
    const end: Script = (socket) => void setTimeout(() => socket.end(), 300)
    const reset: Script = (socket) => void setTimeout(() => socket.resetAndDestroy(), 300)
    for (const impatient of [end, reset]) t.deepEqual(await stopped(impatient, 10_000, 1_500), { local: 1 })
  },
)
