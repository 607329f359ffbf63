import test from 'ava'
import { ResourceTable } from '../../../src/resource/resource-table.ts'
import { createAlerter } from '../../../src/supervisors/alerter/create-alerter.ts'

test('alerts that come with a reload to a configuration without any are said to need a restart', async (t) => {
  const lines: string[] = []
  let follow: (config: { readonly alerts: object | null }) => void = () => {}
  const file = {
    config: { alerts: null, warnings: [] },
    followAlerts: (followed: unknown) => (follow = followed as typeof follow),
  }
  const lists = { readings: { isComplete: true, complete: Promise.resolve() } }
  const options = { alertState: null, once: false, poll: { userAgent: '', tls: { ca: null } } }
  const alerter = await createAlerter(null, { table: new ResourceTable(), lists, pages: file }, options, {
    feed: () => false,
    askRecorder: null,
    started: () => {},
    log: (line) => lines.push(line),
  })
  t.is(alerter, null)
  follow({ alerts: null })
  t.deepEqual(lines, [])
  follow({ alerts: {} })
  t.deepEqual(lines, [
    'alerts: nobody is told: the configuration had no alerts at the start, and those that it has now count after a restart\n',
  ])
})
