import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createSource } from '../../src/reload/create-sources.ts'
import { MAX_JSON_BYTES, MAX_YAML_BYTES } from '../../src/targets/file-sd.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import { directoryOf } from '../helpers/directory.ts'
import { repetitions } from '../helpers/thorough.ts'
import { collectingSink, SOURCE_OPTIONS } from '../helpers/collecting-sink.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

/** Reads a file as `-f` does. */
async function read(t: ExecutionContext, name: string, content: string | Uint8Array) {
  const file = join(directoryOf(t), name)
  await writeFile(file, content)
  const source = createSource({ file, settings: null }, process.stdin, SOURCE_OPTIONS)
  const sink = collectingSink()
  const shown = (text: string) => text.replace(file, 'FILE')
  try {
    const { endsWithNewline } = await source.read(sink)
    return {
      endsWithNewline,
      targets: sink.targets as unknown,
      complaints: sink.complaints.map(shown),
      error: null,
    }
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    return {
      endsWithNewline: false,
      targets: sink.targets as unknown,
      complaints: sink.complaints.map(shown),
      error: shown(error.message),
    }
  }
}

const JSON_LIST = `[
  {"targets": ["https://a.example", "b.example:8080", "ftp://c.example"],
   "labels": {"team": "web", "__meta_x": "y", "__scrape_interval__": "1m30s"}},
  {"targets": ["blackbox:9115"], "labels": {"__param_target": "d.example"}},
  {"targets": []},
  {},
  {"targets": ["e.example"], "labels": {"__scrape_timeout__": "soon"}}
]`

const YAML_LIST = `# Who is asked.
- targets:
    - https://a.example
    - b.example:8080
    - ftp://c.example
  labels: {team: web, __meta_x: y, __scrape_interval__: 1m30s}
- targets: [blackbox:9115]
  labels:
    __param_target: d.example
- targets: []
- {}
- targets: [e.example]
  labels:
    __scrape_timeout__: soon
`

const TARGETS = [
  { url: 'https://a.example/', overrides: { intervalMs: 90_000 }, labels: { team: 'web' } },
  { url: 'http://b.example:8080/', overrides: { intervalMs: 90_000 }, labels: { team: 'web' } },
  { url: 'http://d.example/', overrides: null, labels: null },
]

const LEFT_OUT = '__scrape_timeout__: not a duration such as 30s or 1m30s; targets skipped: 1'

test('a list in JSON', async (t) => {
  t.deepEqual(await read(t, 'targets.json', `\ufeff${JSON_LIST}`), {
    endsWithNewline: true,
    targets: TARGETS,
    complaints: [`FILE:2:55: only ${SCHEME_LIST} are polled, not "ftp"`, `FILE:7:40: ${LEFT_OUT}`],
    error: null,
  })
})

for (const name of ['targets.yml', 'TARGETS.YAML']) {
  test(`a list in YAML: ${name}`, async (t) => {
    t.deepEqual(await read(t, name, YAML_LIST), {
      endsWithNewline: true,
      targets: TARGETS,
      complaints: [`FILE:5:7: only ${SCHEME_LIST} are polled, not "ftp"`, `FILE:14:5: ${LEFT_OUT}`],
      error: null,
    })
  })
}

test('an empty list is not an error', async (t) => {
  t.like(await read(t, 'a.json', '[]'), { endsWithNewline: true, targets: [], complaints: [], error: null })
  t.like(await read(t, 'a.yml', '[]\n'), { endsWithNewline: true, targets: [], complaints: [], error: null })
  t.like(await read(t, 'a.yml', '# none yet\n'), {
    endsWithNewline: true,
    targets: [],
    complaints: [],
    error: null,
  })
})

test('YAML that ends in the middle of a line may be half written', async (t) => {
  t.like(await read(t, 'a.yml', '- targets: [a.example]\n- targets: [b.exam]'), {
    endsWithNewline: false,
    error: null,
  })
})

const fails = test.macro({
  async exec(t, name: string, content: string | Uint8Array, error: string) {
    t.deepEqual(await read(t, name, content), { endsWithNewline: false, targets: [], complaints: [], error })
  },
  title: (_, name: string, content) =>
    `${name} is refused whole: ${JSON.stringify(String(content)).slice(0, 70)}`,
})

const A = '{"targets": ["a.example"]}'
test(fails, 'a.json', '', 'FILE:1:1: incomplete JSON')
test(fails, 'a.json', `[${A},`, 'FILE:1:29: incomplete JSON')
test(fails, 'a.json', `[${A}]]`, 'FILE:1:29: invalid JSON: end of file expected')
test(fails, 'a.json', A, 'FILE:1:1: not a list of target groups')
test(fails, 'a.json', `[${A},\n null]`, 'FILE:2:2: a group must be an object with targets and labels')
test(fails, 'a.json', `[${A},\n "b.example"]`, 'FILE:2:2: a group must be an object with targets and labels')
test(fails, 'a.json', `[${A},\n {"targets": "b.example"}]`, 'FILE:2:14: targets must be a list')
test(fails, 'a.json', `[${A},\n {"targets": ["b.example", 5]}]`, 'FILE:2:28: a target must be a string')
test(fails, 'a.json', `[${A},\n {"labels": []}]`, 'FILE:2:13: labels must be an object')
test(fails, 'a.json', `[${A},\n {"labels": {"": "x"}}]`, 'FILE:2:18: a label needs a name')
test(fails, 'a.json', `[${A},\n {"labels": {"a": 1}}]`, 'FILE:2:19: the value of a label must be a string')
test(
  fails,
  'a.json',
  `[${A},\n {"target": []}]`,
  'FILE:2:13: unknown field "target": a group has only targets and labels',
)
test(fails, 'a.json', Buffer.from([0x5b, 0xff, 0x5d]), 'FILE: it is not UTF-8')
test(fails, 'a.yml', '- targets: [a.example]\n- targets: b.example\n', 'FILE:2:12: targets must be a list')
test(
  fails,
  'a.yml',
  '- targets: [a.example]\n- labels: {a: [b]}\n',
  'FILE:2:15: the value of a label must be a string',
)
test(fails, 'a.yml', '- targets:\n    - a\n  - b\n', 'FILE:3:1: invalid YAML: block as implicit key')
test(fails, 'a.yml', 'https://a.example/\n', 'FILE:1:1: not a list of target groups')

test('a list that is too large is not kept in memory', async (t) => {
  t.is(
    (await read(t, 'a.json', Buffer.alloc(MAX_JSON_BYTES + 1, ' '))).error,
    'FILE: it is larger than 64 MiB',
  )
  t.is((await read(t, 'a.yml', Buffer.alloc(MAX_YAML_BYTES + 1, '#'))).error, 'FILE: it is larger than 8 MiB')
})

test('labels have a bound; others of the list are read', async (t) => {
  const group = (bytes: number) => ({ targets: ['a.example', 'b.example'], labels: { a: 'x'.repeat(bytes) } })
  const { targets, complaints } = await read(t, 'a.json', JSON.stringify([group(30_000), group(29_992)]))
  t.is((targets as unknown[]).length, 2)
  t.deepEqual(complaints, [
    'FILE:1:48: its labels take 30008 bytes as JSON; the limit is 30000; targets skipped: 2',
  ])
})

test('credentials are never printed', async (t) => {
  const secrets = [
    'https://me:secret@*.example',
    'me:secret@a b',
    '\u001bsecret://x',
    'https://me:sec%ret@a.example',
  ]
  for (const [name, text] of [
    ['a.json', JSON.stringify([{ targets: secrets }])],
    ['a.yml', `- targets: ${JSON.stringify(secrets)}\n`],
  ] as const) {
    const { complaints } = await read(t, name, text)
    t.is(complaints.length, 4)
    // The scheme is no secret.
    for (const complaint of complaints.filter((line) => !line.includes('only http')))
      t.notRegex(complaint, /sec|ret/)
  }
})

test('a list that is not there', async (t) => {
  const source = createSource({ file: '/no/such.json', settings: null }, process.stdin, SOURCE_OPTIONS)
  const error = await t.throwsAsync(source.read(collectingSink()), { instanceOf: ListError })
  t.is(error?.message, '/no/such.json: no such file or directory')
})

test('thousands of targets are read in slices, with every place right', async (t) => {
  const count = repetitions(1_000, 10_000)
  const groups = Array.from({ length: count }, (_, group) => ({
    targets: Array.from({ length: 10 }, (_one, n) => `https://h${group}.example/${n}`),
    labels: { group: String(group) },
  }))
  groups.push({ targets: ['ftp://x'], labels: { group: 'last' } })
  const lines = groups.map((group) => JSON.stringify(group))
  const json = await read(t, 'a.json', `[\n${lines.join(',\n')}\n]\n`)
  t.is((json.targets as unknown[]).length, count * 10)
  t.deepEqual(json.complaints, [`FILE:${count + 2}:13: only ${SCHEME_LIST} are polled, not "ftp"`])
  const yaml = await read(t, 'a.yml', lines.map((line) => `- ${line}\n`).join(''))
  t.is((yaml.targets as unknown[]).length, count * 10)
  t.deepEqual(yaml.complaints, [`FILE:${count + 1}:15: only ${SCHEME_LIST} are polled, not "ftp"`])
})
