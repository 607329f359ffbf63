import test from 'ava'
import type { ClusterEvent } from '../../../src/cluster/engine/messages.ts'
import { Notices } from '../../../src/cluster/engine/notices.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { machineStatus } from '../../helpers/machine-status.ts'

function started() {
  const events: ClusterEvent[] = []
  const notices = new Notices(parseEngineUrl('redis://127.0.0.1'), (event) => events.push(event))
  notices.ready([], machineStatus('a'), true)
  return { notices, events }
}

test('a server that refuses commands is one that does not answer', (t) => {
  const { notices, events } = started()
  notices.failed(new Error("NOPERM User default has no permissions to run the 'evalsha' command"))
  t.like(events.at(-1), { type: 'status', isReady: false })
})

test('results that cannot be read are said once', (t) => {
  const { notices, events } = started()
  for (const name of ['b', 'c']) notices.unreadable(name)
  const lines = events.flatMap((event) => (event.type === 'notice' ? [event.line] : []))
  t.is(lines.length, 1)
  t.regex(lines[0] ?? '', /^results of b .* can't be read/)
})

test('a plan that only a newer headcount can read is said, once until it can be read again', (t) => {
  const { notices, events } = started()
  for (const canRead of [false, false, true, false]) notices.ready([], machineStatus('a'), canRead)
  const lines = events.flatMap((event) => (event.type === 'notice' ? [event.line] : []))
  t.is(lines.length, 2)
  t.regex(lines[0] ?? '', /made by a newer headcount, .* update this machine/)
})
