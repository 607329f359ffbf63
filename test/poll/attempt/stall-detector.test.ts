import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { StallDetector } from '../../../src/poll/attempt/stall-detector.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { pathOf, Program } from '../../helpers/program.ts'
import { resource, TestPoller } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'
import type { PollJob, PollReport } from '../../programs/poll.ts'

const OK = 'HTTP/1.1 200 OK\r\n\r\n'

test('the longest stall since a time', (t) => {
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

test('the normal jitter of an event loop is not a stall', (t) => {
  const stalls = new StallDetector(0, 0)
  t.is(stalls.heartbeat(4, 100, 100), 0)
  t.is(stalls.longestSince(0), 0)
})

test('the stall of a suspended machine is measured by the wall clock', (t) => {
  const stalls = new StallDetector(0, 1_000_000)
  t.is(stalls.heartbeat(1, 100, 1_000_100), 0)
  t.is(stalls.heartbeat(1, 200, 1_060_200), 60_000)
  t.is(stalls.longestSince(150), 60_000)
  t.is(stalls.heartbeat(1, 300, 1_060_300), 0)
})

test('a wall clock that is set back is not a stall', (t) => {
  const stalls = new StallDetector(0, 1_000_000)
  t.is(stalls.heartbeat(1, 100, 500_000), 0)
  t.is(stalls.heartbeat(1, 200, 500_100), 0)
})

test('the history stays small however many heartbeats there are', (t) => {
  const stalls = new StallDetector(0, 0)
  for (let at = 0; at < 1e6; at++) stalls.heartbeat(5 + (at % 7), at * 10, at * 10)
  t.is(stalls.longestSince(0), 11)
})

test('a stall more than an hour ago is forgotten, even the longest', (t) => {
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

test.serial('a response that arrived while the thread was stalled is not late', async (t) => {
  const waiting: Socket[] = []
  const server = await HostileServer.start({
    // When all have asked, all are answered at once, and the poller stands still before it can read.
    together(socket) {
      if (waiting.push(socket) < 10) return
      for (const one of waiting) one.end(OK)
      standStill(2_200)
    },
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ timeoutMs: 2_000, hostConcurrency: 10 })
  t.teardown(() => poller.close())
  const states = await Promise.all(
    Array.from({ length: 10 }, () => poller.poll(resource(server.url('together')))),
  )
  t.deepEqual(
    states.map(({ verdict }) => verdict),
    Array<string>(10).fill('up'),
  )
})

test.serial('a poll that timed out because the thread was stalled is unknown', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const given = resource(server.url('silent'), { errCount: 3, verdict: 'up' })
  const poller = new TestPoller({ timeoutMs: 1_000 })
  t.teardown(() => poller.close())
  const polled = poller.poll(given)
  await waitUntil(() => server.heads.length === 1)
  standStill(600)
  const state = await polled
  t.deepEqual(
    [state.verdict, state.reason, given.errCount, given.verdict],
    ['unknown', 'local', 3, 'unknown'],
  )
})

/** Starts the polls of a job in a process of its own. */
function startPolls(t: ExecutionContext, job: PollJob): { program: Program; report: Promise<PollReport> } {
  const program = new Program(t, [JSON.stringify(job)], { script: pathOf('poll') })
  return { program, report: program.ended().then(({ stdout }) => JSON.parse(stdout) as PollReport) }
}

/** Stops a process and resolves when it has stopped. */
async function stop({ child }: Program): Promise<void> {
  child.kill('SIGSTOP')
  await waitUntil(() => readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes(') T '))
}

test.serial('a process that was stopped for longer than its deadline reports no URL as down', async (t) => {
  let unclosed = 0
  const server = await HostileServer.start({
    slow: (socket) => {
      unclosed++
      setTimeout(() => socket.end(OK), 100)
      // Servers do so with a silent client. It is longer than the deadline.
      setTimeout(() => {
        unclosed--
        if (!socket.destroyed) socket.resetAndDestroy()
      }, 6_000)
    },
  })
  t.teardown(() => server.close())
  // Much longer than this thread, which serves the process, has to wait for a processor.
  const options = { concurrency: 8, hostConcurrency: 8, timeoutMs: 5_000 }
  const job = { rounds: [options], polls: 60, urls: [server.url('slow')], resources: [{ errCount: 2 }] }
  const { program, report } = startPolls(t, job)
  await waitUntil(() => server.heads.length >= 20)
  await stop(program)
  await waitUntil(() => unclosed === 0)
  program.child.kill('SIGCONT')
  const { reasons, wrongErrCounts } = await report
  t.deepEqual(
    Object.keys(reasons).filter((reason) => reason !== 'ok' && reason !== 'local'),
    [],
  )
  t.true((reasons['ok'] ?? 0) >= 40, JSON.stringify(reasons))
  t.is(wrongErrCounts, 0)
})

/** Polls once in a process that is stopped when its request has arrived. Meanwhile the server does `reaction`. */
async function pollStopped(
  t: ExecutionContext,
  reaction: (socket: Socket) => void,
  timeoutMs: number,
  stopMs: number,
): Promise<PollReport['reasons']> {
  const asked = Promise.withResolvers<Socket>()
  const server = await HostileServer.start({ script: (socket) => asked.resolve(socket) })
  t.teardown(() => server.close())
  const { program, report } = startPolls(t, {
    rounds: [{ timeoutMs }],
    polls: 1,
    urls: [server.url('script')],
  })
  const socket = await asked.promise
  await stop(program)
  reaction(socket)
  // The length of the stop is what is tested: there is no event to wait for.
  await sleep(stopMs)
  program.child.kill('SIGCONT')
  return (await report).reasons
}

test.serial(
  'a response that arrived while the process was stopped is read, however long that was',
  async (t) => {
    // No deadline is extended to more than twice its time.
    t.deepEqual(await pollStopped(t, (socket) => void socket.end(OK), 3_000, 6_500), { ok: 1 })
  },
)

for (const [what, reaction] of [
  ['closes', (socket) => void socket.end()],
  ['resets', (socket) => void socket.resetAndDestroy()],
] as const satisfies [string, (socket: Socket) => void][]) {
  test.serial(`a server that ${what} the connection of a stopped process is not down`, async (t) => {
    t.deepEqual(await pollStopped(t, reaction, 10_000, 1_500), { local: 1 })
  })
}
