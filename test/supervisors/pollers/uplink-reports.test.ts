import test from 'ava'
import { pollerNumber } from '../../../src/resource/poller-number.ts'
import { UplinkReports } from '../../../src/supervisors/pollers/uplink-reports.ts'

const [FIRST, SECOND] = [pollerNumber(0), pollerNumber(1)]

test('reports of several pollers are one event', (t) => {
  let now = 0
  const lines: string[] = []
  const uplinks = new UplinkReports(
    () => now,
    (line) => lines.push(line),
  )
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
  const lines: string[] = []
  const uplinks = new UplinkReports(
    () => 0,
    (line) => lines.push(line),
  )
  uplinks.report(FIRST, 'out')
  uplinks.report(SECOND, 'out')
  uplinks.remove(SECOND)
  uplinks.report(FIRST, null)
  t.is(lines.length, 2)
})
