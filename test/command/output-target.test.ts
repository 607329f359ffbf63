import test from 'ava'
import { OUTPUT_TARGET, outputFiles, screenFormat } from '../../src/command/output-target.ts'
import type { Layer, Source } from '../../src/command/precedence.ts'

const targets = (...texts: readonly string[]) => texts.map((text) => OUTPUT_TARGET.parse(text))

test('a file, with a format after the last colon', (t) => {
  t.deepEqual(targets('a.json', 'b:csv', 'c:d/e.xml', '-', '-:json', 'f.log:junit'), [
    { file: 'a.json', format: null },
    { file: 'b', format: 'csv' },
    { file: 'c:d/e.xml', format: null },
    { file: '-', format: null },
    { file: '-', format: 'json' },
    { file: 'f.log', format: 'junit' },
  ])
})

test('in a configuration, paths are relative to its folder', (t) => {
  t.deepEqual(OUTPUT_TARGET.parse('a.json:csv', '/etc/headcount'), {
    file: '/etc/headcount/a.json',
    format: 'csv',
  })
  t.is(OUTPUT_TARGET.parse('-:json', '/etc/headcount').file, '-')
})

test('what is no format, or no file, is refused', (t) => {
  t.throws(() => OUTPUT_TARGET.parse('a:jsno'), {
    message: /^must be one of log, json, .*: was json meant\?$/,
  })
  for (const text of ['', ':json', 'a:table', 'a:quiet', 'ftp://a.example/b'])
    t.throws(() => OUTPUT_TARGET.parse(text), { instanceOf: RangeError }, text)
})

test('the format of a file: what is said, what its name says, that of the screen, JSON', (t) => {
  const formats = (screen: 'log' | 'table' | 'csv', ...texts: readonly string[]) =>
    outputFiles(targets(...texts), screen, true).map(({ format }) => format)
  t.deepEqual(formats('log', 'a.json:csv', 'b.csv', 'c', '-:log'), ['csv', 'csv', 'log'])
  t.deepEqual(formats('table', 'a', 'b.xml'), ['json', 'junit'])
})

test('one file twice, and one document without an end, are refused', (t) => {
  t.throws(() => outputFiles(targets('a.json', './a.json:log'), 'log', true), { message: /named twice/ })
  t.throws(() => outputFiles(targets('a.csv'), 'log', false), {
    message: 'a.csv: csv is one document and needs --once',
  })
})

/** The settings of the two flags, each `SOURCE VALUE…`. */
function settingsOf(output: string, format: string): Layer {
  const [from, ...texts] = output.split(' ') as [Source, ...string[]]
  const [source, value] = format.split(' ') as [Source, string]
  return new Map([
    ['output', { value: targets(...texts), source: from, name: '--output', place: 'error' }],
    ['format', { value, source, name: '--format', place: 'error' }],
  ])
}

for (const [output, format, screen] of [
  ['line -:json a', 'line json', 'json'],
  ['line -:json a', 'line auto', 'json'],
  ['line - a', 'line csv', null],
  ['default', 'default auto', null],
  ['configuration -:json', 'default auto', 'json'],
  ['line -:csv', 'environment json', 'csv'],
  ['environment -:csv', 'configuration auto', 'csv'],
  ['configuration -:json', 'line csv', null],
  ['environment -:json', 'line auto', null],
] as const)
  test(`the format of standard output: --output ${output}, --format ${format}`, (t) => {
    t.is(screenFormat(settingsOf(output, format)), screen)
  })

test('standard output twice, or in two formats by one source, is refused', (t) => {
  t.throws(() => screenFormat(settingsOf('line - -:json', 'default auto')), { message: /twice/ })
  t.throws(() => screenFormat(settingsOf('environment -:json', 'environment csv')), {
    message: 'standard output cannot be json: --format says csv',
  })
})
