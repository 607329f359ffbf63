import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { errorLines, headcount } from '../helpers/program.ts'

/** A configuration with these lines; `run` runs the program with it and returns its lines on standard error without the directory. */
function setUp(t: ExecutionContext, lines: readonly string[]) {
  const directory = directoryOf(t)
  const file = join(directory, 'c.yml')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return async (...args: string[]) => {
    const { code, stdout, stderr } = await headcount(t, ['-c', file, ...args], { env: { KEY: 'hush' } })
    return { code, stdout, stderr: stderr.replaceAll(`${directory}/`, '') }
  }
}

const HOOK = 'receivers: { ops: { webhook: "https://a.example/" } }'
const URLS = 'urls: [http://127.0.0.1:1/ label.team=web]'

test('mistakes of alerts are told with their places, and nothing is polled', async (t) => {
  const run = setUp(t, [
    URLS,
    'receivers: { ops: { webhook: { url: "https://a.example/", headers: { "X Key": "${KEY}" } } } }',
    'alerts:',
    '  - { to: [opps], down: true }',
    '  - { name: idle, to: ops }',
    '  - { name: idle, to: ops, down: true }',
    'maintenance: [{ cron: 0 0 30 2 *, for: 1h }]',
  ])
  const mistakes = [
    'c.yml:2:79: headers: invalid with the value of KEY',
    'c.yml:4:12: to: there is no receiver "opps": did you mean "ops"?',
    'c.yml:5:5: alerts: the rule can never fire: add a condition, one of down, unknown, slow, certificate, uptime, changed, flapping, group',
    'c.yml:6:13: name: another rule has the name "idle"',
    'c.yml:7:23: cron: it never comes',
  ]
  const started = await run('--once')
  t.is(started.code, 3)
  t.is(started.stdout, '')
  t.deepEqual(errorLines(started.stderr), mistakes)
  const checked = await run('--check')
  t.is(checked.code, 3)
  t.deepEqual(errorLines(checked.stderr), mistakes)
  t.regex(checked.stdout, /^1 URL, .*, 5 mistakes in the configuration\n$/)
})

test('what is most likely not meant is warned of', async (t) => {
  const run = setUp(t, [
    URLS,
    'receivers: { ops: { webhook: "http://a.example/hook" } }',
    'alerts:',
    '  - { to: ops, down: true, match: { team: wep } }',
    'maintenance:',
    '  - { cron: "0 3 * * *", for: 2h }',
    '  - { cron: "0 4 * * *", for: 2h }',
  ])
  const checked = await run('--check')
  t.is(checked.code, 0)
  const warnings = checked.stderr.trimEnd().split('\n')
  t.regex(warnings[0] ?? '', /^c\.yml:2:30: webhook: url: plain http to another machine: /)
  t.deepEqual(warnings.slice(1), [
    'c.yml:7:5: maintenance: it overlaps "maintenance-1", which is for the same URLs',
    'c.yml:4:5: match: no URL of the lists has such labels',
  ])
})

test('a rule for uptime is refused without a history', async (t) => {
  const rule = 'alerts: [{ to: ops, uptime: { below: 99%, over: 7d } }]'
  const run = setUp(t, [URLS, HOOK, rule])
  const why = 'c.yml:3:10: uptime: it never fires without a history: add --history\n'
  for (const args of [['--duration', '1ms'], ['--once', '--listen', '0'], ['--check']]) {
    const { code, stderr } = await run(...args)
    t.is(code, 3, args.join(' '))
    t.is(stderr, `error: ${why}`)
  }
  t.regex((await run('--check')).stdout, /, 1 mistake in the configuration\n$/)
  for (const args of [['--check', '--history', 'h.db'], ['--check', '--listen', '0'], ['--plan']])
    t.is((await run(...args)).code, 0, args.join(' '))
  const inFile = setUp(t, [URLS, HOOK, rule, 'history: h.db'])
  t.is((await inFile('--check')).code, 0)
})

test('what was sent needs a file', async (t) => {
  const run = setUp(t, [URLS, HOOK, 'alerts: [{ to: ops, down: true }]'])
  const { code, stderr } = await run('--duration', '1ms', '--format', 'quiet')
  t.is(code, 0)
  // The URL may have been polled before the end.
  t.is(
    stderr.split('\n')[0],
    'the state of alerts is in memory: after a restart, what still fires is sent again (--alert-state or --history keeps it)',
  )
})

test('the state of alerts needs a file of its own that can be written', async (t) => {
  const run = setUp(t, [URLS, HOOK, 'alerts: [{ to: ops, down: true }]'])
  const directory = directoryOf(t)
  const database = join(directory, 'a')
  for (const [args, why] of [
    [['--alert-state', '/none/a'], /^error: --alert-state: \/none\/a: no such file or directory/],
    [
      ['--alert-state', database, '--history', database],
      /^error: --alert-state: .*: it is the same file as .* of --history/,
    ],
    [['--alert-state', directory], /^error: --alert-state: .*: it is not a file/],
  ] as const) {
    const { code, stderr } = await run(...args)
    t.is(code, 3)
    t.regex(stderr, why)
  }
})

test('rules are tested with polls in a file', async (t) => {
  const directory = directoryOf(t)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  write('c.yml', `${URLS}\n${HOOK}\nalerts: [{ to: ops, down: { after: 2 } }]\n`)
  const tests = (at: string) => `config: c.yml
tests:
  - name: twice is enough
    urls: [{ url: "https://a.example/", polls: up down*2 }]
    expect: [{ at: ${at}, to: ops }]
`
  write('good.yml', tests('2m 10s'))
  write('bad.yml', tests('1m'))
  write('broken.yml', 'tests: [{}]\n')
  const alerts = (...names: string[]) =>
    headcount(t, ['alerts', '--test', ...names.map((name) => join(directory, name))])
  const line = '  2m 10s ops firing down (new) of rule-1: https://a.example/ down for 2 polls: refused\n'
  const good = await alerts('good.yml')
  t.deepEqual([good.code, good.stdout, good.stderr], [0, `twice is enough: ok\n${line}`, ''])
  const bad = await alerts('bad.yml', 'good.yml')
  t.is(bad.code, 1)
  t.regex(
    bad.stdout,
    /^twice is enough: failed\n.*\n.*bad\.yml:5:14: expected: at 1m, to ops\n {4}sent: .*\ntwice is enough: ok/,
  )
  const broken = await alerts('broken.yml', 'none.yml', 'good.yml')
  t.is(broken.code, 3)
  t.regex(broken.stderr, /broken\.yml:1:9: tests: it has no urls\n.*none\.yml: no such file or directory/)
  t.is((await headcount(t, ['alerts', 'rules.yml'])).code, 3)
  t.regex((await headcount(t, ['alerts', '--help'])).stdout, /^Usage: headcount alerts .*--test FILE/)
})
