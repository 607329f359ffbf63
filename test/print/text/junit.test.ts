import test from 'ava'
import type { ExecutionContext } from 'ava'
import { DocumentPrinter } from '../../../src/print/text/document-printer.ts'
import { junitDocument } from '../../../src/print/text/junit.ts'
import type { StateMap } from '../../../src/state/state-map.ts'
import { HARD_LABELS, stateMapOf, setLabels } from '../../helpers/state-map.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { junitFaults } from '../../helpers/junit-schema.ts'
import { summary } from '../../helpers/summary.ts'

/** The lines of a report, which is valid. */
async function lines(t: ExecutionContext, map: StateMap): Promise<string[]> {
  let text = ''
  const sink = { write: (more: string) => (text += more), flush: () => Promise.resolve(), dropped: 0 }
  await new DocumentPrinter(sink, junitDocument).finish(
    { ...summary, urls: map.size, counts: map.counts },
    map,
  )
  t.deepEqual(junitFaults(text), [])
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
  const totals = 'tests="4" failures="1" errors="2"'
  t.deepEqual(await lines(t, map), [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="headcount" ${totals} time="58.824">`,
    `  <testsuite name="headcount" ${totals} skipped="0" time="58.824" timestamp="2026-01-02T03:04:05.678Z">`,
    '    <testcase classname="a.example" name="https://a.example/0?a=1&amp;b=2" time="0.0412"/>',
    '    <testcase classname="b.example:81" name="http://b.example:81/1" time="0.0412">' +
      '<failure type="timeout" message="timeout: no answer in time (wait)">' +
      'http://b.example:81/1: timeout: no answer in time (wait)</failure></testcase>',
    '    <testcase classname="a.example" name="https://a.example/2" time="0.0412">' +
      '<error type="local" message="local: no descriptors">https://a.example/2: local: no descriptors</error></testcase>',
    '    <testcase classname="a.example" name="https://a.example/3" time="0.0000">' +
      '<error type="pending" message="not polled: the run ended before">' +
      'https://a.example/3: not polled: the run ended before</error></testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ])
})

test('a reason that its detail says again is the type alone', async (t) => {
  const urls = ['https://a.example/0', 'https://a.example/1']
  const map = stateMapOf(
    urls,
    down(0, { reason: 'refused', detail: 'connection refused 127.0.0.1:9' }),
    down(1, { reason: 'closed', detail: 'closed before an answer' }),
  )
  const [refused = '', closed = ''] = (await lines(t, map)).slice(3)
  t.true(
    refused.includes(
      '<failure type="refused" message="connection refused 127.0.0.1:9">https://a.example/0: connection refused 127.0.0.1:9<',
    ),
    refused,
  )
  t.true(closed.includes('<failure type="closed" message="closed before an answer">'), closed)
})

test('text of a server holds nothing that XML 1.0 has no way to hold', async (t) => {
  const statusText = '<\u0000\u001b"&\'\ud800\ufffe\uffff\u0085]]>\u{1f600}'
  const map = stateMapOf(['https://a.example/'], down(0, { reason: 'status', status: 500, statusText }))
  const line = (await lines(t, map))[3] ?? ''
  t.regex(line, /message="500 &lt;\\u\{0\}\\u\{1b\}&quot;&amp;&apos;\ufffd\ufffd\ufffd\\u\{85\}\]\]&gt;😀"/)
  // https://www.w3.org/TR/xml/#charsets
  t.notRegex(line, /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
})

test('labels are text, whatever their names', async (t) => {
  const map = stateMapOf(['https://a.example/0', 'https://a.example/1'], up(0), down(1))
  setLabels(map, 0, HARD_LABELS)
  setLabels(map, 1, { team: 'web' })
  const all = (await lines(t, map)).join('\n')
  t.true(all.includes('<system-out>__proto__=polluted\nconstructor='))
  t.true(all.includes('&lt;&amp;&quot;&apos;&gt;\n'))
  t.true(all.includes('e\\u{1b}[2J==1,&quot;2&quot;'))
  t.true(all.includes('\nteam=web</system-out></testcase>'))
  t.regex(all, /<\/failure><system-out>team=web<\/system-out><\/testcase>/)
})

test('a status that is accepted though it is no success is said', async (t) => {
  const map = stateMapOf(
    ['https://a.example/0', 'https://a.example/1', 'tcp://a.example:25', 'https://a.example/3'],
    up(0, { status: 503, statusText: 'Service <Unavailable>' }),
    up(1, { status: 204 }),
    up(2, { status: 0, detail: '220 mail.example' }),
    up(3, { status: 0, detail: 'no answer (refused: connection refused 127.0.0.1:9)' }),
  )
  setLabels(map, 0, { team: 'web' })
  const [first = '', second = '', third = '', fourth = '', fifth = '', ...others] = (
    await lines(t, map)
  ).slice(3)
  t.true(first.endsWith('"><system-out>accepted: 503 Service &lt;Unavailable&gt;'))
  t.is(second, 'team=web</system-out></testcase>')
  t.false(`${third}${fourth}`.includes('accepted'))
  t.true(
    fifth.endsWith(
      '<system-out>accepted: no answer (refused: connection refused 127.0.0.1:9)</system-out></testcase>',
    ),
    fifth,
  )
  t.false(others.join('').includes('accepted'))
})

test('the schema refuses what it should', (t) => {
  const suite = (content: string) =>
    junitFaults(
      `<testsuites><testsuite name="a" tests="1" failures="0" errors="0">${content}</testsuite></testsuites>`,
    )
  t.deepEqual(suite('<testcase name="b"/>'), [])
  for (const wrong of [
    '<testcase/>',
    '<testcase name="b" file="urls.txt"/>',
    '<testcase name="b" time="1s"/>',
    '<testcase name="b"><properties/></testcase>',
    '<testcase name="b">text</testcase>',
    '<failure/>',
  ])
    t.is(suite(wrong).length, 1, wrong)
})
