import test from 'ava'
import { UplinkReports } from '../../src/pollers/uplink-reports.ts'
import { pollerNumber } from '../../src/resource/poller-number.ts'

test('what several pollers say is one event', (t) => {
  let now = 0
  const lines: string[] = []
  const uplinks = new UplinkReports(
    () => now,
    (line) => lines.push(line),
  )
  uplinks.report(pollerNumber(0), 'out')
  uplinks.report(pollerNumber(1), 'out')
  now = 42_000
  uplinks.report(pollerNumber(0), null)
  t.is(lines.length, 1)
  uplinks.report(pollerNumber(1), null)
  uplinks.report(pollerNumber(1), null)
  t.deepEqual(lines, [
    'out; URLs that fail are unknown until something answers',
    "this machine's uplink is back after 42 s",
  ])
})

test('a poller that is lost says nothing of it any more', (t) => {
  const lines: string[] = []
  const uplinks = new UplinkReports(
    () => 0,
    (line) => lines.push(line),
  )
  uplinks.report(pollerNumber(0), 'out')
  uplinks.report(pollerNumber(1), 'out')
  uplinks.remove(pollerNumber(1))
  uplinks.report(pollerNumber(0), null)
  t.is(lines.length, 2)
})
