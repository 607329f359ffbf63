import test from 'ava'
import { stateHead, stateText, summaryText } from '../../../src/print/text/state-text.ts'
import type { LatestState } from '../../../src/state/latest-state.ts'
import { summary } from '../../helpers/summary.ts'

test('the head of a printed state', (t) => {
  t.is(
    stateHead(summary),
    '2026-01-02T03:04:05.678Z Current state: 10 URLs: 4 up, 3 down, 2 unknown, 1 pending\n',
  )
  t.is(
    stateHead({ ...summary, at: 0, urls: 3, counts: { up: 3, down: 0, unknown: 0, pending: 0 } }),
    '1970-01-01T00:00:00.000Z Current state: 3 URLs: 3 up, 0 down\n',
  )
  const mainStats = { ...summary.mainStats, invalidLines: 1 }
  t.regex(stateHead({ ...summary, mainStats }), /, 1 pending; 1 invalid line\n$/)
  const refused = { ...mainStats, refusedLists: 2 }
  t.regex(stateHead({ ...summary, mainStats: refused }), /, 1 pending; 2 lists refused; 1 invalid line\n$/)
})

const line = test.macro({
  exec(t, latest: Partial<LatestState>, expected: string) {
    const up = {
      url: 'http://a.example/',
      verdict: 'up',
      reason: 'ok',
      status: 200,
      errCount: 0,
      text: '',
    } as const
    const { verdict } = { ...up, ...latest }
    t.is(
      stateText({ ...up, ...latest }, summary.at),
      `2026-01-02T03:04:05.678Z ${verdict} http://a.example/ ${expected}\n`,
    )
  },
  title: (name) => `a line of a printed state: ${name}`,
})

test('up', line, { text: 'OK' }, '200 OK')
test('the phrase is the server’s', line, { text: 'Fine' }, '200 Fine')
test(
  'a phrase that the server left out',
  line,
  { status: 404, verdict: 'down', reason: 'status' },
  'status: 404 Not Found',
)
test('a status without a phrase', line, { status: 299 }, '299')
test(
  'no answer',
  line,
  { status: 0, verdict: 'down', reason: 'timeout', text: 'in connect' },
  'timeout: in connect',
)
test('no answer and nothing known', line, { status: 0, verdict: 'down', reason: 'reset' }, 'reset')
test(
  'an answer that is not the point',
  line,
  { status: 200, verdict: 'down', reason: 'tls-pin', text: 'the certificate has SHA-256 ab' },
  'tls-pin: the certificate has SHA-256 ab',
)
test(
  'our own fault',
  line,
  { status: 0, verdict: 'unknown', reason: 'local', text: 'no descriptors' },
  'local: no descriptors',
)
test('pending', line, { status: 0, verdict: 'pending' }, 'not polled yet')
test(
  'up until another poll finds it down',
  line,
  { status: 503, reason: 'status', text: 'Service Unavailable' },
  'still up: 503 Service Unavailable',
)
test('escaped', line, { text: '\u001b[31mred' }, '200 \\u{1b}[31mred')
test('cut', line, { text: 'x'.repeat(500) }, `200 ${'x'.repeat(79)}…`)

test('the last line', (t) => {
  t.is(
    summaryText(summary, '10 URLs: 4 up'),
    '2026-01-02T03:04:05.678Z Summary: 120 polls, 2.0 a second, 5 skipped, 9 polls failed, repeats included (4 printed; --verbose prints all); took ms p50 38.0 p99 90.3 max 120.7; late ms p50 0.2 p99 1.1 max 2.4; 10 URLs: 4 up\n',
  )
  t.regex(
    summaryText({ ...summary, dropped: 7 }, ''),
    /9 polls failed, repeats included \(.*\), 7 writes dropped; /,
  )
  t.regex(
    summaryText({ ...summary, failures: { polls: 4, printed: 4 } }, ''),
    /skipped, 4 polls failed; took/,
  )
})
