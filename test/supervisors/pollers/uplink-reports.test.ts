import test from 'ava'
import { pollerNumber } from '../../../src/resource/poller-number.ts'
import { UplinkReports } from '../../../src/supervisors/pollers/uplink-reports.ts'

const [FIRST, SECOND] = [pollerNumber(0), pollerNumber(1)]

/** Reports, and what they say. */
function started(now = () => 0) {
  const lines: string[] = []
  return { lines, uplinks: new UplinkReports(now, (line) => lines.push(line)) }
}

test('reports of several pollers are one event', (t) => {
  let now = 0
  const { lines, uplinks } = started(() => now)
  uplinks.report(FIRST, 'out')
  uplinks.report(SECOND, 'out')
  now = 42_000
  uplinks.report(FIRST, null)
  t.is(lines.length, 1)
  uplinks.report(SECOND, null)
  uplinks.report(SECOND, null)
  t.deepEqual(lines, [
    'out; URLs that fail are unknown until something answers',
    "info: this machine's uplink is back after 42 s",
  ])
})

test('a lost poller no longer counts', (t) => {
  const { lines, uplinks } = started()
  uplinks.report(FIRST, 'out')
  uplinks.report(SECOND, 'out')
  uplinks.remove(SECOND)
  t.is(lines.length, 1)
  uplinks.report(FIRST, null)
  t.is(lines.length, 2)
  uplinks.remove(FIRST)
  t.is(lines.length, 2)
})

test('when the only poller that found it out is lost, that is told, and the next one begins anew', (t) => {
  const { lines, uplinks } = started()
  uplinks.report(FIRST, 'out')
  uplinks.remove(FIRST)
  t.is(lines[1], "info: this machine's uplink counts as up again: the poller that found it out was lost")
  uplinks.report(FIRST, 'out')
  uplinks.report(FIRST, null)
  t.is(lines.length, 4)
})
