import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readConfig } from '../../src/config/read-config.ts'
import type { ConfigFlag } from '../../src/config/config.ts'
import { ConfigFile } from '../../src/config/config-file.ts'
import { parsePositiveDuration } from '../../src/settings/values.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import { directoryOf } from '../helpers/directory.ts'
import { loadAlerts } from '../helpers/load-alerts.ts'

const FLAGS: readonly ConfigFlag[] = [
  { name: 'interval', takes: 'value', conflicts: [], parse: ([text]) => parsePositiveDuration(text ?? '') },
  { name: 'once', takes: 'switch', conflicts: ['plan'], parse: () => true },
  { name: 'plan', takes: 'switch', conflicts: [], parse: () => true },
  { name: 'cert', takes: 'path', conflicts: [], parse: ([text]) => text },
  { name: 'more', takes: 'values', conflicts: [], parse: (texts) => texts },
]

function read(text: string, env: NodeJS.ProcessEnv = {}) {
  return readConfig(text, '/etc/headcount/conf.yml', FLAGS, env)
}

/** What a configuration without mistakes says. */
function said(text: string, env?: NodeJS.ProcessEnv) {
  const { config, problems } = read(text, env)
  if (problems.length > 0)
    throw new Error(problems.map(({ position, why }) => `${position}: ${why}`).join('\n'))
  return config
}

const whysOf = (text: string) => read(text).problems.map(({ position, why }) => `${position}: ${why}`)

test('flags have their values, and paths are counted from the file', (t) => {
  const { flags } = said('interval: 5s\nonce: off\ncert: pem/a.pem\nmore: [a, 1.0]\n')
  t.deepEqual(
    [...flags].map(([name, { value, place }]) => [name, value, place]),
    [
      ['interval', 5_000, '/etc/headcount/conf.yml:1:1'],
      ['once', false, '/etc/headcount/conf.yml:2:1'],
      ['cert', '/etc/headcount/pem/a.pem', '/etc/headcount/conf.yml:3:1'],
      ['more', ['a', '1.0'], '/etc/headcount/conf.yml:4:1'],
    ],
  )
})

test('a group says what its URLs do not say themselves', (t) => {
  const { groups } = said(
    `
    urls: http://a.example/
    groups:
      - interval: 1s
        accept: [200, 300..=399]
        headers: {X-Key: "\${KEY}", X-Other: a}
        labels: {team: web, version: 1.10}
        urls:
          - http://b.example/
          - http://c.example/ interval=2s header.x-key=own label.team=own
        files: [/var/urls.txt, urls.txt, "http://sd.example/targets"]
    `,
    { KEY: 'k' },
  )
  const [outside, group] = groups
  t.deepEqual(outside, {
    settings: { overrides: null, labels: null },
    targets: [{ url: 'http://a.example/', overrides: null, labels: null }],
    files: [],
  } as unknown as typeof outside)
  const accept = [
    [200, 200],
    [300, 399],
  ]
  t.deepEqual(group?.targets as unknown, [
    {
      url: 'http://b.example/',
      overrides: {
        intervalMs: 1_000,
        accept,
        headers: [
          ['X-Key', 'k'],
          ['X-Other', 'a'],
        ],
      },
      labels: { team: 'web', version: '1.10' },
    },
    {
      url: 'http://c.example/',
      overrides: {
        intervalMs: 2_000,
        accept,
        headers: [
          ['X-Other', 'a'],
          ['x-key', 'own'],
        ],
      },
      labels: { team: 'own', version: '1.10' },
    },
  ])
  t.deepEqual(
    group?.files.map(({ file }) => file),
    ['/var/urls.txt', '/etc/headcount/urls.txt', 'http://sd.example/targets'],
  )
})

test('__proto__ is a label like others, and no key', (t) => {
  const { groups } = said('groups: [{urls: http://a.example/, labels: {__proto__: x}}]')
  t.is(JSON.stringify(groups[1]?.targets[0]?.labels), '{"__proto__":"x"}')
  t.regex(whysOf('__proto__: x').join(), /unknown key "__proto__"/)
  t.regex(whysOf('groups: [{constructor: x, urls: []}]').join(), /unknown key "constructor"/)
})

test('what an anchor says is told once, where it stands', (t) => {
  const text = 'x-a: &a {interval: soon, urls: http://a.example/}\ngroups: [*a, *a, {<<: *a}]'
  t.deepEqual(whysOf(text), [
    '/etc/headcount/conf.yml:1:20: interval: not a duration, such as 250ms, 1.5s, 2m or 1h',
  ])
})

test('switches that are not for each other', (t) => {
  t.deepEqual(whysOf('plan: on\nonce: off'), [])
  t.deepEqual(whysOf('plan: on\nonce: on'), [
    '/etc/headcount/conf.yml:2:1: once: it cannot be used with plan',
  ])
})

test('no more than a hundred mistakes are told', (t) => {
  const mistakes = whysOf(Array.from({ length: 150 }, (_, n) => `k${n}: 1\n`).join(''))
  t.is(mistakes.length, 101)
  t.is(mistakes.at(-1), '/etc/headcount/conf.yml: and 50 more')
})

test('URLs beyond ten thousand belong in a file', (t) => {
  const urls = (count: number) =>
    `urls:\n${Array.from({ length: count }, () => '- http://a.example/\n').join('')}`
  t.deepEqual(whysOf(urls(10_000)), [])
  t.regex(whysOf(urls(10_001)).join(), /10001 lines; the limit is 10000/)
})

test('a configuration has a bound', async (t) => {
  const path = join(directoryOf(t), 'conf.yml')
  const size = 1 << 20
  writeFileSync(path, `#${'x'.repeat(size - 2)}\n`)
  t.deepEqual((await ConfigFile.open(path, FLAGS, loadAlerts)).problems, [])
  writeFileSync(path, `#${'x'.repeat(size - 1)}\n`)
  await t.throwsAsync(ConfigFile.open(path, FLAGS, loadAlerts), {
    instanceOf: ListError,
    message: /: it is larger than 1 MiB$/,
  })
})

test('a text that ends in the middle of a line may be half written', (t) => {
  t.true(said('interval: 5s\n').endsWithNewline)
  t.false(said('interval: 5s').endsWithNewline)
  t.true(said('').endsWithNewline)
})
