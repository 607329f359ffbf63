import test from 'ava'
import { DocumentPrinter } from '../../../src/print/text/document-printer.ts'
import { junitDocument } from '../../../src/print/text/junit.ts'
import type { StateMap } from '../../../src/state/state-map.ts'
import { HARD_LABELS, stateMapOf, setLabels } from '../../helpers/state-map.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { summary } from '../../helpers/summary.ts'

async function lines(map: StateMap): Promise<string[]> {
  let text = ''
  const sink = { write: (more: string) => (text += more), dropped: 0 }
  await new DocumentPrinter(sink, junitDocument).finish(
    { ...summary, urls: map.size, counts: map.counts },
    map,
  )
  return text.split('\n')
}

test('up passes, down fails, unknown is an error, what was not polled is one too', async (t) => {
  const urls = [
    'https://a.example/0?a=1&b=2',
    'http://b.example:81/1',
    'https://a.example/2',
    'https://a.example/3',
  ]
  const map = stateMapOf(urls, up(0), down(1), unknown(2))
  const totals = 'tests="4" failures="1" errors="2" skipped="0"'
  t.deepEqual(await lines(map), [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="headcount" ${totals}>`,
    `  <testsuite name="headcount" ${totals} timestamp="2026-01-02T03:04:05.678Z">`,
    '    <testcase classname="a.example" name="https://a.example/0?a=1&amp;b=2" time="0.0412"/>',
    '    <testcase classname="b.example:81" name="http://b.example:81/1" time="0.0412">' +
      '<failure type="timeout" message="timeout: no answer in time (wait)"/></testcase>',
    '    <testcase classname="a.example" name="https://a.example/2" time="0.0412">' +
      '<error type="local" message="local: no descriptors"/></testcase>',
    '    <testcase classname="a.example" name="https://a.example/3" time="0.0000"><error type="pending" message="not polled: the run ended before"/></testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ])
})

test('text of a server holds nothing that XML 1.0 has no way to hold', async (t) => {
  const statusText = '<\u0000\u001b"&\'\ud800\ufffe\uffff\u0085]]>\u{1f600}'
  const map = stateMapOf(['https://a.example/'], down(0, { reason: 'status', status: 500, statusText }))
  const line = (await lines(map))[3] ?? ''
  t.regex(line, /message="500 &lt;\\u\{0\}\\u\{1b\}&quot;&amp;&apos;\ufffd\ufffd\ufffd\\u\{85\}\]\]&gt;😀"/)
  // https://www.w3.org/TR/xml/#charsets
  t.notRegex(line, /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
})

test('each label is a property, whatever its name', async (t) => {
  const map = stateMapOf(['https://a.example/0', 'https://a.example/1'], up(0), down(1))
  setLabels(map, 0, HARD_LABELS)
  setLabels(map, 1, { team: 'web' })
  const [, , , first = '', second = ''] = await lines(map)
  t.true(
    first.includes('<properties><property name="__proto__" value="polluted"/><property name="constructor"'),
  )
  t.true(
    first.includes('value="&lt;&amp;&quot;&apos;&gt;"/><property name="e\\u{1b}[2J" value="=1,&quot;2&quot;'),
  )
  t.true(first.endsWith('<property name="team" value="web"/></properties></testcase>'))
  t.regex(second, /<testcase [^>]*><properties><property name="team" value="web"\/><\/properties><failure /)
})
