import { readFileSync } from 'node:fs'
import test from 'ava'
import { differencesOf } from '../../../src/alerts/simulation/compare.ts'
import { runRuleTest } from '../../../src/alerts/simulation/run-rule-test.ts'
import { sentText } from '../../../src/alerts/simulation/test-text.ts'
import { readRuleTests } from '../../../src/config/alerts/rule-tests.ts'

const RULES = `
receivers: { ops: { webhook: "https://a.example/" }, phone: { webhook: "https://b.example/" } }
alerts:
  - { name: down, to: ops, down: { after: 3 }, repeat: 10m, escalate: [{ after: 15m, to: phone }] }
  - { name: others, to: ops, certificate: 14d, slow: { over: 2s, for: 2m }, uptime: { below: 99.9%, over: 30d } }
maintenance: [{ match: { team: db }, from: 2026-11-26T10:00Z, to: 2026-11-26T10:30Z }]
`

/** What a test in YAML sends, and how that differs from what it expects. */
async function run(tests: string, rules = RULES) {
  const { alerts, tests: read, problems } = readRuleTests(`${rules}tests:\n${tests}`, '/r.yml', {})
  if (problems[0] !== undefined) throw new Error(`${problems[0].position}: ${problems[0].why}`)
  const [only] = read
  if (only === undefined) throw new Error('no test')
  const sent = await runRuleTest(alerts, only)
  return { lines: sent.map(sentText), differences: differencesOf(only.expected ?? [], sent) }
}

test('what fires is told when the wait is over, repeated, and told when it is over', async (t) => {
  const { lines } = await run('  - urls: [{ url: "https://a.example/", polls: up down(503)*13 unknown up }]')
  t.deepEqual(lines, [
    '3m 10s ops firing down (new) of down: https://a.example/ down for 3 polls: 503',
    '13m 10s ops firing down (repeat) of down: https://a.example/ down for 13 polls: 503',
    '15m 10s ops resolved down (resolved) of down: https://a.example/ up again after 14m: 200',
  ])
})

test('who acknowledges stops escalation', async (t) => {
  const polls = 'urls: [{ url: "https://a.example/", polls: down*3 }]'
  const escalated = await run(`  - { ${polls}, for: 20m }`)
  t.true(escalated.lines.some((line) => line.startsWith('17m 10s phone firing down (escalation)')))
  const acknowledged = await run(`  - { ${polls}, for: 20m, acknowledge: 5m }`)
  t.is(acknowledged.lines.length, 1)
})

test('certificates, durations and uptime are those of the test', async (t) => {
  const url = (more: string) => `{ url: "https://a.example/", ${more} }`
  const kinds = async (more: string) =>
    (await run(`  - urls: [${url(more)}]`)).lines.map((line) => /firing (\w+)/.exec(line)?.[1])
  t.deepEqual(await kinds('polls: up*3'), [])
  t.deepEqual(await kinds('polls: "up(cert=13d)*3"'), ['certificate'])
  t.deepEqual(await kinds('polls: "up(3s)*4"'), ['slow'])
  t.deepEqual(await kinds('polls: "up(3s)*2 up up(3s)*2"'), [])
  t.deepEqual(await kinds('polls: up*3, uptime: 99.5%'), ['uptime'])
  t.deepEqual(await kinds('polls: up*3, uptime: 99.9%'), [])
})

test('what fires in maintenance is told when that is over', async (t) => {
  const { lines } = await run(
    '  - { start: 2026-11-26T10:00Z, for: 31m, urls: [{ url: "https://a.example/", labels: { team: db }, polls: down*10 }] }',
  )
  t.is(lines.length, 1)
  t.regex(lines[0] ?? '', /^30m( 10s)? ops firing down \(new\)/)
})

test('what was sent is compared with what was expected, in order', async (t) => {
  const expecting = async (expect: string) =>
    (await run(`  - { urls: [{ url: "https://a.example/", polls: down*4 up*2 }], expect: [${expect}] }`))
      .differences
  const [fired, resolved] = [
    '{ at: 2m 10s, to: ops, total: 1 }',
    '{ status: resolved, urls: "https://a.example/" }',
  ]
  t.deepEqual(await expecting(`${fired}, ${resolved}`), [])
  t.deepEqual(await expecting('{}, {}'), [])
  t.deepEqual(await expecting(`${fired}, ${resolved}, { rule: down }`), ['/r.yml:8:160: not sent: rule down'])
  t.deepEqual(await expecting(fired), [
    'not expected: 4m 10s ops resolved down (resolved) of down: https://a.example/ up again after 4m: 200',
  ])
  for (const wrong of [
    'at: 2m',
    'to: phone',
    'status: resolved',
    'cause: repeat',
    'alert: slow',
    'rule: others',
    'total: 2',
    'urls: []',
  ])
    t.regex(
      (await expecting(`{ ${wrong} }, ${resolved}`)).join('\n'),
      /^\/r\.yml:8:\d+: expected: .*\n {2}sent: 2m 10s ops/,
    )
})

test('the example in the docs is right', async (t) => {
  const docs = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\nconfig: .*?\n(.*?)```/s.exec(docs) ?? []
  const rules = RULES.replace('repeat: 10m, ', '').replace('slow: { over: 2s, for: 2m }, ', '')
  const { lines, differences } = await run(example.replace('\ntests:\n', ''), rules)
  t.is(lines.length, 5)
  t.deepEqual(differences, [])
})
