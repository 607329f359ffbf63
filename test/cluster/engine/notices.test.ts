import test from 'ava'
import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
import { Notices } from '../../../src/cluster/engine/notices.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { machineStatus } from '../../helpers/machine-status.ts'

function started() {
  const events: ClusterEvent[] = []
  const written: string[] = []
  const server = parseEngineUrl('redis://127.0.0.1')
  const notices = new Notices(
    server,
    (event) => events.push(event),
    (line) => written.push(line),
  )
  notices.ready([], machineStatus('a'), true)
  const lines = () => events.flatMap((event) => (event.type === 'notice' ? [event.line] : []))
  return { notices, events, lines, written }
}

test('a server that refuses commands is one that does not answer', (t) => {
  const { notices, events } = started()
  notices.failed(new Error("NOPERM User default has no permissions to run the 'evalsha' command"))
  t.like(events.at(-1), { type: 'status', isReady: false })
})

test('a machine whose name another one has says that it polls nothing, each time', (t) => {
  const { notices, events, lines } = started()
  const taken = (isTaken: boolean, now: number) =>
    notices.isNameTaken(isTaken, [machineStatus('b')], machineStatus('a'), now)
  t.true(taken(true, 0))
  t.like(events.at(-1), { isReady: true, machines: [{ name: 'a', isReady: false }, { name: 'b' }] })
  taken(true, 10_000)
  t.false(taken(false, 11_000))
  for (const now of [12_000, 20_000]) taken(true, now)
  t.is(lines().length, 2)
})

test('a plan that cannot be read again and again is said once, and not while the server is away', async (t) => {
  const { notices, lines } = started()
  const fail = async (to: Notices, times: number) => {
    for (let n = 0; n < times; n++) await to.followed(Promise.reject(new Error('Command timed out')))
  }
  await fail(notices, 9)
  await notices.followed(Promise.resolve(true))
  await fail(notices, 9)
  t.deepEqual(lines(), [])
  // It is being read: that says nothing.
  await notices.followed(Promise.resolve(false))
  await fail(notices, 1)
  t.is(lines().length, 1)
  t.regex(lines()[0] ?? '', /^the plan of the cluster can't be read \(Command timed out\)/)
  const other = started()
  other.notices.away()
  await fail(other.notices, 30)
  t.is(other.lines().length, 1)
})

test('results that cannot be read are said once', (t) => {
  const { notices, lines } = started()
  for (const name of ['b', 'c']) notices.unreadable(name)
  t.is(lines().length, 1)
  t.regex(lines()[0] ?? '', /^results of b .* can't be read/)
})

test('a plan that only a newer headcount can read is said, once until it can be read again', (t) => {
  const { notices, lines } = started()
  for (const canRead of [false, false, true, false]) notices.ready([], machineStatus('a'), canRead)
  t.is(lines().length, 2)
  t.regex(lines()[0] ?? '', /made by a newer headcount, .* update this machine/)
})

test('a machine that can poll no more says so once, without main if that stands still, and once that it can again', (t) => {
  const { notices, lines, written } = started()
  const say = (...all: [canPoll: boolean, hasPoller: boolean][]) => {
    for (const [canPoll, hasPoller] of all) notices.polls({ canPoll, hasPoller })
  }
  say([false, false], [true, true])
  t.deepEqual(lines(), [], 'it starts')
  say([false, false], [false, true], [true, true], [true, false])
  t.is(lines().length, 2)
  t.regex(lines()[0] ?? '', /none of its pollers runs$/)
  t.regex(lines()[1] ?? '', /^info: this machine can poll again/)
  say([false, true], [false, true])
  t.is(lines().length, 2)
  t.is(written.length, 1)
  t.regex(written[0] ?? '', /its main thread stands still$/)
})
