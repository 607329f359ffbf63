import test from 'ava'
import { stateLine, summaryLine } from '../../../src/print/text/json.ts'
import { serializeLabels } from '../../../src/targets/serialize-labels.ts'
import type { Labels } from '../../../src/targets/target.ts'
import { HARD_LABELS } from '../../helpers/state-map.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { summary } from '../../helpers/summary.ts'

/** The one line of `text`, parsed. */
function parsed(text: string): unknown {
  if (text.indexOf('\n') !== text.length - 1) throw new Error('not one line')
  return JSON.parse(text)
}

test('a State that is up', (t) => {
  t.deepEqual(parsed(stateLine('https://a.example/', up(0, { redirects: 1 }))), {
    type: 'state',
    at: '2026-01-02T03:04:05.678Z',
    url: 'https://a.example/',
    verdict: 'up',
    reason: 'ok',
    status: 200,
    statusText: 'OK',
    detail: '',
    method: 'HEAD',
    errCount: 0,
    durationMs: 41.2,
    phasesMs: { dns: 3.1, connect: 9.8, tls: 18.4, wait: 9.9 },
    lateMs: 0.6,
    stalledMs: 0.2,
    redirects: 1,
    finalUrl: 'https://a.example/',
    address: '192.0.2.1',
    httpVersion: '1.1',
    tls: { protocol: 'TLSv1.3', expiresAt: '2027-01-01T00:00:00.000Z' },
    rechecked: false,
    poller: 1,
    labels: {},
    previousVerdict: 'pending',
    since: '2026-01-02T03:04:05.678Z',
    consecutive: 1,
  })
})

test('the fields are in the order of the documentation', (t) => {
  t.regex(
    stateLine('https://a.example/', up(0)),
    /^\{"type":"state","at":"[^"]*","url":"[^"]*","verdict":"up","reason":"ok","status":200,/,
  )
})

test('without an answer there is no status and no TLS', (t) => {
  t.like(parsed(stateLine('http://a.example/', down(0, { rechecked: true }))), {
    verdict: 'down',
    reason: 'timeout',
    status: null,
    statusText: '',
    detail: 'no answer in time (wait)',
    errCount: 1,
    httpVersion: '',
    tls: null,
    rechecked: true,
  })
  t.like(parsed(stateLine('http://a.example/', unknown(0))), {
    verdict: 'unknown',
    reason: 'local',
    status: null,
  })
})

test('a certificate whose end is not known or beyond any date', (t) => {
  for (const expiresAt of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    const state = up(0, { tls: { protocol: 'TLSv1.3', expiresAt } })
    t.like(parsed(stateLine('https://a.example/', state)), { tls: { protocol: 'TLSv1.3', expiresAt: null } })
  }
})

test('text of the server arrives as it was, and nothing in the line moves a cursor', (t) => {
  const statusText = '\u001b[2J\u009b31m\u202e\r\n"ü"'
  const line = stateLine('https://a.example/', up(0, { statusText }))
  t.like(parsed(line), { statusText })
  // oxlint-disable-next-line no-control-regex
  t.notRegex(line.trimEnd(), /[\u0000-\u001f\u007f-\u009f\u202e]/)
})

test('a summary', (t) => {
  t.deepEqual(parsed(summaryLine(summary)), {
    type: 'summary',
    at: '2026-01-02T03:04:05.678Z',
    urls: 10,
    up: 4,
    down: 3,
    unknown: 2,
    pending: 1,
    polls: 120,
    pollsPerSecond: 2,
    skipped: 5,
    failures: { polls: 9, printed: 4 },
    dropped: 0,
    latenessMs: { p50: 0.2, p99: 1.1, p999: 2, max: 2.4 },
    durationMs: { p50: 38, p90: 60.1, p99: 90.3, max: 120.7 },
    owners: { asleep: 7, due: 1, pollers: [2, 0], leaving: 0 },
    bounds: summary.bounds,
    rssBytes: 123_456_789,
    cpuMs: { main: 12, monitor: 3.1, pollers: [40.2, 39.8] },
  })
})

test('labels are there by name, whatever the name', (t) => {
  const line = stateLine('https://a.example/', up(0), serializeLabels(HARD_LABELS))
  const { labels } = parsed(line) as { labels: Labels }
  t.is(serializeLabels(labels), serializeLabels(HARD_LABELS))
  t.true(line.includes('"__proto__":"polluted"'))
  t.false(line.includes('\u202e'))
})
