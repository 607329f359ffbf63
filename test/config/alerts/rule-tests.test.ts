import test from 'ava'
import { parsePollSeries } from '../../../src/config/alerts/poll-series.ts'
import { readRuleTests } from '../../../src/config/alerts/rule-tests.ts'

test('a series of polls', (t) => {
  const polls = parsePollSeries('up(201, 2.5s) -*2 down*2\n unknown(cert=13d)', 10_000)
  const plain = { durationMs: 100, certificateMs: null }
  t.deepEqual(polls, [
    { at: 0, verdict: 'up', status: 201, durationMs: 2_500, certificateMs: null },
    { at: 30_000, verdict: 'down', status: 0, ...plain },
    { at: 40_000, verdict: 'down', status: 0, ...plain },
    { at: 50_000, verdict: 'unknown', status: 0, durationMs: 100, certificateMs: 13 * 86_400_000 },
  ])
  for (const text of ['', 'upp', 'up*', 'up(', 'up(1)', 'up(soon)', 'up*999999'])
    t.throws(() => parsePollSeries(text, 1_000), { instanceOf: RangeError }, text)
})

test('mistakes in a file of tests are told with their places', (t) => {
  const problems = (text: string) =>
    readRuleTests(text, '/r.yml', {}).problems.map(({ position, why }) => `${position}: ${why}`)
  const url = 'urls: [{ url: "https://a.example/", polls: up }]'
  t.deepEqual(problems(`config: a.yml\ntests: [{ ${url}, expect: [{}] }]`), [])
  t.deepEqual(problems(''), ['/r.yml:1:1: tests of rules: it has no tests'])
  t.deepEqual(problems(`config: a.yml\nalerts: []\ntests: []`), [
    '/r.yml:2:1: alerts: it stands in the file of config already',
  ])
  t.deepEqual(problems('alerts: [{ to: ops, down: true }]\ntests: []'), [
    '/r.yml:1:16: to: there is no receiver "ops"',
  ])
  t.deepEqual(problems('tests: [{ name: a }]'), ['/r.yml:1:9: tests: it has no urls'])
  t.deepEqual(problems('tests: [{ urls: [{ url: "x://a", polls: soon }], every: 1ms, for: 32d }]').length, 4)
  t.regex(
    problems(`tests: [{ ${url}, expect: [{ status: bad }] }]`)[0] ?? '',
    /: status: must be one of firing/,
  )
  t.regex(problems('tests: [\n')[0] ?? '', /^\/r\.yml:\d+:\d+: /)
})
