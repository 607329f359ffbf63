import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { AlertConfig } from '../../../src/alerts/alert-rule.ts'
import { readAlerts } from '../../../src/config/alerts/read-alerts.ts'
import { ConfigFile } from '../../../src/config/config-file.ts'
import type { Config } from '../../../src/config/config.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { ListError } from '../../../src/targets/read-targets.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { loadAlerts } from '../../helpers/load-alerts.ts'

const RECEIVERS =
  'receivers: { ops: { webhook: "https://a.example/" }, phone: { webhook: "https://b.example/" } }\n'

interface Read {
  readonly alerts: AlertConfig | null
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

/** What is read of a configuration. */
function read(text: string, directory = '/etc'): Read {
  const env = { TOKEN: 'hush', URL: 'https://hush.example/', AT: '@none' }
  const { config, problems } = readConfig(text, join(directory, 'c.yml'), [], env, readAlerts)
  const lines = (found: typeof problems) =>
    found.map(({ position, why }) => `${position}: ${why}`.replaceAll(`${directory}/`, ''))
  return { alerts: config.alerts, problems: lines(problems), warnings: lines(config.warnings) }
}

/** What is wrong with rules, of which the first line is line 2. */
const problemsOf = (rules: string) => read(`${RECEIVERS}${rules}`).problems

test('a rule has what the configuration says', (t) => {
  const { alerts, problems, warnings } = read(`${RECEIVERS}
alerts:
  - name: web
    to: [ops, phone, ops]
    match: { team: web, tier: [1, 2], host: "~a|b", stage: "!test", zone: "!~x.*", empty: "" }
    down: { after: 3 }
    up: { after: 2m }
    unknown: { for: 10m }
    slow: { over: 2s, for: 5m }
    certificate: 14d
    uptime: { below: 99.9%, over: 30d }
    changed: on
    flapping: { changes: 5, within: 1h }
    group: { by: service, down: 2 of 5 }
    group-by: [team, host]
    group-wait: 0s
    repeat: 4h
    severity: warning
    escalate: [{ after: 1h, to: [ops] }, { after: 15m, to: phone }]
    inhibited-by: [{ rule: other, equal: site }]
    continue: yes
  - { name: other, to: ops, down: true }
`)
  t.deepEqual([problems, warnings], [[], []])
  t.deepEqual(alerts?.rules[0], {
    name: 'web',
    to: ['ops', 'phone'],
    match: [
      { label: 'team', isPositive: true, values: ['web'], pattern: null },
      { label: 'tier', isPositive: true, values: ['1', '2'], pattern: null },
      { label: 'host', isPositive: true, values: null, pattern: 'a|b' },
      { label: 'stage', isPositive: false, values: ['test'], pattern: null },
      { label: 'zone', isPositive: false, values: null, pattern: 'x.*' },
      { label: 'empty', isPositive: true, values: [''], pattern: null },
    ],
    severity: 'warning',
    conditions: {
      down: { polls: 3 },
      up: { ms: 120_000 },
      unknownMs: 600_000,
      slow: { overMs: 2_000, forMs: 300_000 },
      certificateMs: 14 * 86_400_000,
      uptime: { below: 0.999, overMs: 30 * 86_400_000 },
      changed: true,
      flapping: { changes: 5, withinMs: 3_600_000 },
      group: { by: 'service', down: { share: 0.4 } },
    },
    groupBy: ['team', 'host'],
    groupWaitMs: 0,
    repeatMs: 14_400_000,
    escalations: [
      { afterMs: 900_000, to: ['phone'] },
      { afterMs: 3_600_000, to: ['ops'] },
    ],
    continues: true,
    inhibitedBy: [{ rule: 'other', equal: ['site'] }],
  })
})

test('a rule needs a receiver and a condition; all else has a default', (t) => {
  const { alerts, problems } = read(`${RECEIVERS}alerts: [{ to: ops, down: true }]`)
  t.deepEqual(problems, [])
  t.deepEqual(alerts?.rules, [ruleOf('rule-1', { down: { polls: 1 } })])
  t.is(read('interval: 1s').alerts, null)
  t.deepEqual(read('alerts: []').alerts, { receivers: [], rules: [], maintenance: [], heartbeat: null })
})

for (const [text, threshold] of [
  ['2', { count: 2 }],
  ['40%', { share: 0.4 }],
  ['5 of 5', { share: 1 }],
] as const)
  test(`a group is down with ${text}`, (t) => {
    const { alerts, problems } = read(`${RECEIVERS}alerts: [{ to: ops, group: { by: a, down: ${text} } }]`)
    t.deepEqual(problems, [])
    t.deepEqual(alerts?.rules[0]?.conditions.group?.down, threshold)
  })

const BAD_RULES: readonly (readonly [rule: string, why: string])[] = [
  ['{ to: [opps], down: true }', 'c.yml:2:17: to: there is no receiver "opps": did you mean "ops"?'],
  ['{ to: [], down: true }', 'c.yml:2:16: to: name a receiver'],
  ['{ down: true }', 'c.yml:2:10: alerts: it has no to'],
  ['{ to: ops, down: true, downn: 1 }', 'c.yml:2:33: unknown key "downn": did you mean "down"?'],
  [
    '{ to: ops }',
    'c.yml:2:10: alerts: the rule can never fire: add a condition, one of down, unknown, slow, certificate, uptime, changed, flapping, group',
  ],
  [
    '{ to: ops, down: false, changed: off }',
    'c.yml:2:10: alerts: the rule can never fire: add a condition, one of down, unknown, slow, certificate, uptime, changed, flapping, group',
  ],
  ['{ to: ops, certificate: 14d, up: { after: 2 } }', 'c.yml:2:39: up: it has no effect without down'],
  ['{ to: ops, down: 3 }', 'c.yml:2:27: down: must be on or off'],
  ['{ to: ops, down: { after: 0 } }', 'c.yml:2:36: after: not a whole number from 1 to 1000000'],
  ['{ to: ops, down: { after: soon } }', 'c.yml:2:36: after: not a duration, such as 250ms, 1.5s, 2m or 1h'],
  ['{ to: ops, unknown: {} }', 'c.yml:2:30: unknown: it has no for'],
  ['{ to: ops, unknown: { for: 0s } }', 'c.yml:2:37: for: too short: at least 1ms'],
  ['{ to: ops, down: true, repeat: 0s }', 'c.yml:2:41: repeat: too short: at least 1s'],
  ['{ to: ops, down: true, repeat: 500ms }', 'c.yml:2:41: repeat: too short: at least 1s'],
  ['{ to: ops, certificate: 1001d }', 'c.yml:2:34: certificate: longer than 1000d'],
  [
    '{ to: ops, uptime: { below: 0.999, over: 30d } }',
    'c.yml:2:38: below: not a share such as 99.9%, more than 0% and at most 100%',
  ],
  [
    '{ to: ops, group: { by: a, down: 6 of 5 } }',
    'c.yml:2:43: down: not a number of URLs such as 2, or a share of them such as 40% or 2 of 5',
  ],
  [
    '{ to: ops, down: true, match: { a: "~(" } }',
    'c.yml:2:45: match: not a valid regular expression in the syntax of RE2, such as ~web|api',
  ],
  [
    '{ to: ops, down: true, match: { a: ["!b", c] } }',
    'c.yml:2:46: match: ! and ~ stand before a single value: write "!~one|other" for none of several',
  ],
  ['{ to: ops, down: true, match: { a: [] } }', 'c.yml:2:45: match: a label needs a value'],
  ['{ to: ops, down: true, severity: bad }', 'c.yml:2:43: severity: must be one of info, warning, critical'],
  [
    '{ to: ops, down: true, escalate: [{ after: 1m, to: fone }] }',
    'c.yml:2:61: to: there is no receiver "fone": did you mean "phone"?',
  ],
  ['{ to: ops, down: true, escalate: [{ to: ops }] }', 'c.yml:2:44: escalate: it has no after'],
  [
    '{ to: ops, down: true, inhibited-by: [{ rule: rule-2, equal: a }] }',
    'c.yml:2:10: inhibited-by: there is no rule "rule-2": did you mean "rule-1"?',
  ],
  [
    '{ to: ops, down: true, inhibited-by: [{ rule: rule-1, equal: a }] }',
    'c.yml:2:10: inhibited-by: a circle: the rule inhibits itself',
  ],
  [
    '{ to: ops, down: true, inhibited-by: [{ rule: b, equal: [] }] }',
    'c.yml:2:10: inhibited-by: there is no rule "b"',
  ],
  ['{ to: ops, down: true, name: " " }', 'c.yml:2:39: name: it is empty'],
]

for (const [rule, why] of BAD_RULES)
  test(`refused: ${rule}`, (t) => {
    t.deepEqual(problemsOf(`alerts: [${rule}]`).slice(0, 1), [why])
  })

test('names are unique, and no rule inhibits another that inhibits it', (t) => {
  const rule = (more: string) => `{ to: ops, down: true, ${more} }`
  t.deepEqual(problemsOf(`alerts: [${rule('name: a')}, ${rule('name: a')}]`), [
    'c.yml:2:73: name: another rule has the name "a"',
  ])
  t.deepEqual(problemsOf(`alerts: [${rule('name: rule-2')},\n ${rule('repeat: 1h')}]`), [
    'c.yml:3:2: name: another rule has the name "rule-2"',
  ])
  const by = (name: string, other: string) =>
    rule(`name: ${name}, inhibited-by: [{ rule: ${other}, equal: x }]`)
  t.deepEqual(problemsOf(`alerts:\n - ${by('a', 'b')}\n - ${by('b', 'c')}\n - ${by('c', 'b')}\n`), [
    'c.yml:4:4: inhibited-by: a circle: the rule inhibits itself',
    'c.yml:5:4: inhibited-by: a circle: the rule inhibits itself',
  ])
})

test('a receiver has the settings of its type, secrets from variables and files', (t) => {
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'secret'), 'from a file\n')
  const { alerts, problems, warnings } = read(
    `receivers:
  short: { webhook: "\${URL}" }
  long:
    webhook: { url: "http://127.0.0.1/", headers: { X-Token: "\${TOKEN}", X-At: "\${AT}", X-Other: "@secret" }, secret: "@secret" }
    fallback: short
    fallback-after: 90s
    per-minute: 5
`,
    directory,
  )
  t.deepEqual([problems, warnings], [[], []])
  t.deepEqual(alerts?.receivers, [
    {
      name: 'short',
      type: 'webhook',
      settings: {
        ...alerts?.receivers[0]?.settings,
        url: 'https://hush.example/',
        headers: [],
        secret: null,
      },
      fallback: null,
      fallbackAfterMs: 300_000,
      perMinute: 60,
    },
    {
      name: 'long',
      type: 'webhook',
      settings: {
        ...alerts?.receivers[1]?.settings,
        url: 'http://127.0.0.1/',
        headers: [
          ['X-Token', 'hush'],
          ['X-At', '@none'],
          ['X-Other', 'from a file'],
        ],
        secret: 'from a file',
      },
      fallback: 'short',
      fallbackAfterMs: 90_000,
      perMinute: 5,
    },
  ])
  t.deepEqual(structuredClone(alerts), alerts)
})

test('mistakes of receivers', (t) => {
  const problems = (text: string) => read(`receivers: ${text}`).problems
  const types = /^c\.yml:1:17: receivers: "a" has no type: add one of webhook/
  t.regex(problems('{ a: { per-minute: 5 } }')[0] ?? '', types)
  t.deepEqual(problems('{ a: { webhook: {} } }'), ['c.yml:1:28: webhook: it has no url'])
  t.deepEqual(problems('{ a: { webhook: "https://a.example/", fallback: b } }'), [
    'c.yml:1:60: fallback: there is no receiver "b"',
  ])
  const hook = 'webhook: "https://a.example/"'
  t.deepEqual(problems(`{ a: { ${hook}, fallback: b }, b: { ${hook}, fallback: a } }`), [
    'c.yml:1:50: fallback: a circle: the receiver is its own fallback',
    'c.yml:1:101: fallback: a circle: the receiver is its own fallback',
  ])
  t.deepEqual(problems(`{ a: { ${hook}, fallback-after: 1m } }`), [
    'c.yml:1:50: fallback-after: it has no effect without fallback',
  ])
  t.regex(
    problems(`{ a: { ${hook}, fallback: b, fallback-after: 5 }, b: { ${hook} } }`)[0] ?? '',
    /did you mean 5s\?/,
  )
  t.deepEqual(problems('{ a: { webhook: { url: "https://a.example/", secret: "@none" } } }'), [
    'c.yml:1:65: secret: none: no such file or directory',
  ])
  t.deepEqual(problems('{ a: { webhook: "${TOKEN}" } }'), [
    'c.yml:1:28: url: invalid with the value of TOKEN',
  ])
})

test('warned of: plain http to another machine', (t) => {
  const { problems, warnings } = read(
    'receivers: { a: { webhook: "http://a.example/hush" } }\nheartbeat: http://b.example/hush\n',
  )
  t.deepEqual(problems, [])
  t.deepEqual(
    warnings.map((line) => line.replace(/http to another machine.*/, 'http')),
    ['c.yml:1:28: webhook: url: plain http', 'c.yml:2:12: heartbeat: url: plain http'],
  )
})

test('every duration of alerts can have days', (t) => {
  const { alerts, problems } = read(`receivers:
  ops: { webhook: 'https://a.example/', fallback: spare, fallback-after: 1d }
  spare: { webhook: 'https://b.example/' }
alerts: [{ to: ops, down: true, group-wait: 1d }]
heartbeat: { url: 'https://c.example/', interval: 1d }
`)
  t.deepEqual(problems, [])
  const { receivers, rules, heartbeat } = alerts ?? {}
  const days = [receivers?.[0]?.fallbackAfterMs, rules?.[0]?.groupWaitMs, heartbeat?.intervalMs]
  t.deepEqual(days, [86_400_000, 86_400_000, 86_400_000])
})

test('a heartbeat is a URL, or a URL with an interval', (t) => {
  const heartbeat = (text: string) => read(`heartbeat: ${text}`).alerts?.heartbeat
  t.deepEqual(heartbeat('${URL}'), { url: 'https://hush.example/', intervalMs: 60_000 })
  t.deepEqual(heartbeat('{ url: "https://a.example/", interval: 5m }'), {
    url: 'https://a.example/',
    intervalMs: 300_000,
  })
  t.deepEqual(read('heartbeat: { interval: 500ms }').problems, [
    'c.yml:1:12: heartbeat: it has no url',
    'c.yml:1:24: interval: too short: at least 1s',
  ])
})

test('maintenance windows come by cron or once', (t) => {
  const { alerts, problems, warnings } = read(`maintenance:
  - { match: { team: web }, cron: "0 3 * * SUN", for: 2h, timezone: Europe/Berlin }
  - { name: move, cron: "0 3 1 * *", for: 1d }
  - { from: 2126-11-26, to: 2126-11-26 10:00 +01:00 }
`)
  t.deepEqual([problems, warnings], [[], []])
  const team = { label: 'team', isPositive: true, values: ['web'], pattern: null }
  t.deepEqual(alerts?.maintenance, [
    {
      name: 'maintenance-1',
      match: [team],
      when: { cron: '0 3 * * SUN', forMs: 7_200_000, timeZone: 'Europe/Berlin' },
    },
    { name: 'move', match: [], when: { cron: '0 3 1 * *', forMs: 86_400_000, timeZone: 'UTC' } },
    {
      name: 'maintenance-3',
      match: [],
      when: { from: Date.UTC(2126, 10, 26), to: Date.UTC(2126, 10, 26, 9) },
    },
  ])
})

const BAD_WINDOWS: readonly (readonly [window: string, why: string])[] = [
  ['{ cron: 0 0 30 2 *, for: 1h }', 'c.yml:1:23: cron: it never comes'],
  [
    '{ cron: 0 3 * *, for: 1h }',
    'c.yml:1:23: cron: not a cron expression with five fields, such as 0 3 * * SUN',
  ],
  ['{ cron: 0 25 * * *, for: 1h }', 'c.yml:1:23: cron: not a cron expression such as 0 3 * * SUN'],
  [
    '{ cron: 0 3 * * *, for: 1h, timezone: Europe/Berlim }',
    'c.yml:1:53: timezone: not a time zone such as Europe/Berlin or UTC',
  ],
  [
    '{ cron: 0 3 * * *, for: 1h, timezone: "+01:00" }',
    'c.yml:1:53: timezone: not a time zone such as Europe/Berlin or UTC',
  ],
  ['{ cron: 0 3 * * * }', 'c.yml:1:15: maintenance: a window has either cron and for, or from and to'],
  ['{ from: 2026-11-26, to: 2026-11-25 }', 'c.yml:1:35: to: it must be later than from'],
]

for (const [window, why] of BAD_WINDOWS)
  test(`refused: ${window}`, (t) => {
    t.deepEqual(read(`maintenance: [${window}]`).problems, [why])
  })

test('warned of: windows for the same URLs that overlap', (t) => {
  const { problems, warnings } = read(`maintenance:
  - { match: { a: 1, b: 2 }, cron: "0 3 * * *", for: 2h }
  - { match: { b: 2, a: 1 }, cron: "0 4 * * SUN", for: 2h }
  - { match: { a: 1 }, cron: "0 4 * * *", for: 2h }
  - { match: { b: 2, a: 1 }, cron: "0 5 * * MON", for: 2h }
  - { match: { c: 1 }, cron: "0,30 3 * * *", for: 1h }
`)
  t.deepEqual(problems, [])
  t.deepEqual(warnings, [
    'c.yml:3:5: maintenance: it overlaps "maintenance-1", which is for the same URLs',
    'c.yml:6:5: maintenance: the window comes again before it has ended',
  ])
})

test('warned of: a window that comes again and again before it has closed', (t) => {
  const { problems, warnings } = read(`maintenance:
  - { match: { a: 1 }, cron: "0 * * * *", for: 1h }
  - { match: { b: 1 }, cron: "* * * * *", for: 2m }
  - { match: { c: 1 }, cron: "0 0 * * *", for: 1d }
  - { match: { d: 1 }, cron: "0 0 * 12 *", for: 1d }
  - { match: { e: 1 }, cron: "*/5 8-17 * * *", for: 5m }
  - { match: { f: 1 }, cron: "0 0 * * SAT,SUN", for: 1d }
`)
  t.deepEqual(problems, [])
  t.deepEqual(
    warnings.map((line) => line.replace(/20.*Z/, 'TIME')),
    [2, 3, 4].map(
      (line) =>
        `c.yml:${line}:5: maintenance: the window comes again before it has closed, and stays open until TIME at least`,
    ),
  )
})

test('warned of: a window that is over', (t) => {
  const { problems, warnings } = read(`maintenance:
  - { match: { a: 1 }, from: 2020-01-01, to: 2020-01-02 }
  - { match: { b: 1 }, from: 2020-01-01, to: 2126-01-02 }
`)
  t.deepEqual(problems, [])
  t.deepEqual(warnings, ['c.yml:2:42: maintenance: the window is over, and has no effect'])
})

test('a reload reads secrets again, and keeps what was there if the new version has a mistake', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'c.yml')
  const write = (more: string) =>
    writeFileSync(path, `receivers: { ops: { webhook: "@url" } }\nalerts: [{ to: ops, down: true${more} }]\n`)
  write('')
  writeFileSync(join(directory, 'url'), 'https://a.example/\n')
  const file = await ConfigFile.open(path, [], loadAlerts)
  t.deepEqual(file.problems, [])
  const use = (config: Config) => {
    file.take(config)
    file.accept(config)
  }
  const seen: (string | undefined)[] = []
  file.followAlerts(({ alerts }) => {
    seen.push(`${String(alerts?.receivers[0]?.settings['url'])} ${alerts?.rules[0]?.name ?? 'none'}`)
  })
  use(await file.reload())
  t.deepEqual(seen, [])
  writeFileSync(join(directory, 'url'), 'https://b.example/\n')
  use(await file.reload())
  t.deepEqual(seen, ['https://b.example/ rule-1'])
  write(', name: new, severity: bad')
  const error = await t.throwsAsync(file.reload(), { instanceOf: ListError })
  t.regex(error.message, /c\.yml:2:54: severity: must be one of info, warning, critical$/)
  t.is(file.config.alerts?.rules[0]?.name, 'rule-1')
  write(', name: new')
  use(await file.reload())
  t.deepEqual(seen, ['https://b.example/ rule-1', 'https://b.example/ new'])
  writeFileSync(path, 'urls: http://a.example/\n')
  use(await file.reload())
  t.is(file.config.alerts, null)
  t.is(seen.at(-1), 'undefined none')
})
