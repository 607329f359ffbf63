import test from 'ava'
import { LocalFaults } from '../../../src/poll/verdict/local-faults.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { runScript } from '../../helpers/program.ts'
import type { PollJob, PollReport } from '../../programs/poll.ts'

test('an event is reported once, not once for each URL', (t) => {
  let now = 0
  const notices: string[] = []
  const faults = new LocalFaults(
    64,
    () => now,
    (line) => notices.push(line),
  )
  for (; now < 30_000; now += 100) faults.recordFault(`the poller's thread stood still for ${now} ms`, 10)
  t.is(notices.length, 1)
  faults.recordFault('out of file descriptors', 10)
  t.is(notices.length, 2)
  now += 60_000
  faults.recordFault('out of file descriptors', 10)
  t.is(notices.length, 3)
})

test('at most 64 kinds of fault are remembered', (t) => {
  const notices: string[] = []
  const faults = new LocalFaults(
    64,
    () => 0,
    (line) => notices.push(line),
  )
  const kinds = Array.from({ length: 64 }, (_, n) => 'x'.repeat(n + 1))
  for (const kind of [...kinds, ...kinds]) faults.recordFault(kind, 10)
  t.is(notices.length, 64)
  faults.recordFault('another', 10)
  // Reported again although the event is the same: all kinds were forgotten to make room.
  faults.recordFault('x', 10)
  t.is(notices.length, 66)
})

test('only faults that fewer concurrent polls can avoid lower the concurrency', (t) => {
  const faults = new LocalFaults(
    64,
    () => 0,
    () => {},
  )
  for (const detail of [
    'no route from here to [2001:db8::1]:80',
    "the poller's thread stood still for 300 ms",
    'the network is down',
  ]) {
    faults.recordFault(detail, 10)
    t.is(faults.concurrency, 64)
  }
  faults.recordFault('out of local ports 192.0.2.1:80, no route from here to [2001:db8::1]:80', 10)
  t.is(faults.concurrency, 9)
})

test('the concurrency falls to what the machine can do and recovers slowly', (t) => {
  const faults = new LocalFaults(
    64,
    () => 0,
    () => {},
  )
  for (let inFlight = 64; inFlight > 20; inFlight--) faults.recordFault('out of file descriptors', inFlight)
  t.is(faults.concurrency, 20)
  for (let more = 0; more < 100; more++) faults.recordFault('out of file descriptors', faults.concurrency)
  t.is(faults.concurrency, 4)
  for (let more = 0; more < 8; more++) faults.recordSuccess()
  t.is(faults.concurrency, 5)
  for (let more = 0; more < 1_000; more++) faults.recordSuccess()
  t.is(faults.concurrency, 64)
})

test('no URL is down when file descriptors run out', async (t) => {
  const server = await HostileServer.start({
    slow: (socket) => void setTimeout(() => socket.end('HTTP/1.1 200 OK\r\n\r\n'), 100),
  })
  t.teardown(() => server.close())
  const job: PollJob = {
    rounds: [{ concurrency: 256, hostConcurrency: 256, timeoutMs: 5_000 }],
    polls: 300,
    urls: [server.url('slow')],
    resources: [{ errCount: 2 }],
  }
  const prefix = ['sh', '-c', 'ulimit -n 64; exec "$0" "$@"']
  const report = await runScript<PollReport>(t, 'poll', [JSON.stringify(job)], { prefix })
  const { reasons, wrongErrCounts, notices } = report
  t.deepEqual(Object.keys(reasons).toSorted(), ['local', 'ok'], JSON.stringify(report))
  t.true((reasons['ok'] ?? 0) > 60, JSON.stringify(report))
  t.is(wrongErrCounts, 0)
  t.is(notices.length, 1)
  t.regex(notices[0] ?? '', /descriptors/)
})
