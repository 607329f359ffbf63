import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { alertNotices, refuseBlindRules } from '../../src/command/alert-state.ts'
import { readAlerts } from '../../src/config/alerts/read-alerts.ts'
import { ConfigFile } from '../../src/config/config-file.ts'
import { directoryOf } from '../helpers/directory.ts'

test('a reload that brings a rule for uptime to a run without a history keeps the old rules', async (t) => {
  const path = join(directoryOf(t), 'c.yml')
  const write = (condition: string) =>
    writeFileSync(
      path,
      `receivers: { ops: { webhook: https://a.example/ } }\nalerts:\n  - { to: ops, down: true }\n  - { name: late, to: ops, ${condition} }\n`,
    )
  write('down: true')
  const file = await ConfigFile.open(path, [], () =>
    Promise.resolve(refuseBlindRules(readAlerts, () => false)),
  )
  t.deepEqual(file.problems, [])
  write('uptime: { below: 99%, over: 7d }')
  await t.throwsAsync(file.reload(), { message: /c\.yml:4:5: uptime: it never fires without a history/ })
  t.is(file.config.alerts?.rules[1]?.conditions.uptime, null)
})

test('warned of: a rule that cannot fire with --once', async (t) => {
  const path = join(directoryOf(t), 'c.yml')
  const rules = [
    'changed: on',
    'uptime: { below: 99%, over: 7d }, slow: { over: 1s, for: 1m }, flapping: { changes: 1, within: 1h }',
    'changed: on, certificate: 14d',
    'unknown: { for: 1s }',
    'group: { by: team, down: 1 }',
    'down: true',
  ]
  const lines = rules.map((conditions) => `  - { to: ops, ${conditions} }\n`)
  writeFileSync(path, `receivers: { ops: { webhook: https://a.example/ } }\nalerts:\n${lines.join('')}`)
  const { config } = await ConfigFile.open(path, [], () => Promise.resolve(readAlerts))
  const mode = { alertState: null, cluster: null, plan: false }
  const notices = (once: boolean) => alertNotices(config, { ...mode, once, check: true })
  t.deepEqual(notices(false), [])
  t.deepEqual(
    notices(true),
    [3, 4].map(
      (line) => `${path}:${line}:5: alerts: with --once the rule never fires: add a condition such as down`,
    ),
  )
})
