import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import { LocalFaults } from '../../../src/poll/verdict/local-faults.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'

const POLL_MANY = new URL('../../helpers/poll-many.ts', import.meta.url).pathname

test('told once an event, not once a URL', (t) => {
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

test('so many kinds are remembered, and no more', (t) => {
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
  // Told anew, though it is the same event: the others were forgotten to make room.
  faults.recordFault('x', 10)
  t.is(notices.length, 66)
})

test('fewer polls at once only where that helps', (t) => {
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

test('concurrency goes down to what the machine carries, and comes back slowly', (t) => {
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

test('out of file descriptors: nothing is down', async (t) => {
  const server = await HostileServer.start({
    slow: (socket) => void setTimeout(() => socket.end('HTTP/1.1 200 OK\r\n\r\n'), 100),
  })
  t.teardown(() => server.close())
  const command = `ulimit -n 64; exec "$0" "$1" "$2" 300`
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    command,
    process.execPath,
    POLL_MANY,
    server.url('slow'),
  ])
  const { tally, errCounts, notices } = JSON.parse(stdout) as {
    tally: Record<string, number>
    errCounts: number
    notices: string[]
  }
  t.deepEqual(Object.keys(tally).toSorted(), ['local', 'ok'], stdout)
  t.true((tally['ok'] ?? 0) > 60, stdout)
  t.is(errCounts, 0)
  t.is(notices.length, 1)
  t.regex(notices[0] ?? '', /descriptors/)
})
