import test from 'ava'
import { OUTPUT_TARGET, outputFiles, screenFormat } from '../../src/command/output-target.ts'

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

test('one file twice, one document without an end, standard output in two formats are refused', (t) => {
  t.throws(() => outputFiles(targets('a.json', './a.json:log'), 'log', true), { message: /named twice/ })
  t.throws(() => outputFiles(targets('a.csv'), 'log', false), {
    message: 'a.csv: csv is one document and needs --once',
  })
  t.throws(() => screenFormat(targets('-', '-:json'), 'auto'), { message: /twice/ })
  t.throws(() => screenFormat(targets('-:json'), 'csv'), {
    message: 'standard output cannot be json: --format says csv',
  })
  t.is(screenFormat(targets('-:json', 'a'), 'json'), 'json')
  t.is(screenFormat(targets('-'), 'csv'), null)
})
