import test from 'ava'
import { formatFilters, isEmpty, parseFilters, searchQuery } from '../../../web/src/list/filters.ts'
import { formatMs, formatRate, formatShare } from '../../../web/src/text/numbers.ts'
import { countsText, sentenceOf } from '../../../web/src/text/sentence.ts'
import { formatSpan } from '../../../web/src/text/times.ts'
import { nameOf } from '../../../web/src/text/url-name.ts'
import { tabTitle } from '../../../web/src/text/tab-title.ts'
import { uptimeOfPeriod, uptimeText } from '../../../web/src/url/uptime-words.ts'
import { answerOf, whyOf } from '../../../web/src/text/why.ts'

const counts = (up: number, down = 0, unknown = 0, pending = 0) => ({ up, down, unknown, pending })

test('the state of the list in one sentence', (t) => {
  const sentence = (...args: Parameters<typeof counts>) => {
    const { bad, rest, short } = sentenceOf(counts(...args))
    return `${bad}${rest} | ${short}`
  }
  t.is(sentence(0), 'There are no URLs yet | no URLs')
  t.is(sentence(1), 'The URL is up | all up')
  t.is(sentence(1_204), 'All 1,204 URLs are up | all up')
  t.is(sentence(1_201, 3), '3 of 1,204 URLs are down | 3 down')
  t.is(sentence(8, 1), '1 of 9 URLs is down | 1 down')
  t.is(sentence(0, 1), 'The URL is down | down')
  t.is(sentence(0, 300), 'All 300 URLs are down | all 300 down')
  t.is(sentence(7, 0, 2), '2 of 9 URLs are unknown | 2 unknown')
  t.is(sentence(0, 0, 0, 9), 'Polling 9 URLs for the first time | starting')
  t.is(sentence(3, 0, 0, 6), 'No URL is down so far | none down so far')
  t.is(countsText(counts(1_198, 3, 3)), '1,198 up, 3 unknown. ')
  t.is(countsText(counts(9)), '')
  t.is(countsText(counts(0, 5, 0, 4)), '4 not polled yet. ')
})

test('numbers and times', (t) => {
  t.deepEqual([0.44, 9.96, 214.4, 999.6, 1_590, 10_000].map(formatMs), [
    '0.4 ms',
    '10 ms',
    '214 ms',
    '1.00 s',
    '1.59 s',
    '10.0 s',
  ])
  // Nothing that was down is 100 %.
  t.deepEqual([1, 0.999_999, 0.993_15, 0.57, 0].map(formatShare), [
    '100 %',
    '99.99 %',
    '99.31 %',
    '57.00 %',
    '0 %',
  ])
  t.deepEqual([0.33, 20.06, 16_667.2].map(formatRate), ['0.3', '20.1', '16,667'])
  t.deepEqual(
    [0, 41_000, 125_000, 3_600_000, 3_780_000, 86_400_000, 90_000_000, 41 * 86_400_000].map(formatSpan),
    ['1 s', '41 s', '2 min', '1 h', '1 h 3 min', '1 d', '1 d 1 h', '41 d'],
  )
})

test('why a URL has its verdict', (t) => {
  const found = {
    verdict: 'down',
    reason: 'status',
    status: 503,
    statusText: 'Service Unavailable',
    detail: '503',
  } as const
  t.is(whyOf(found), 'status: 503 Service Unavailable')
  t.is(whyOf({ ...found, statusText: '' }), 'status: 503')
  t.is(whyOf({ ...found, statusText: 'Try\tlater\u0007' }), 'status: 503 Try later\uFFFD')
  t.is(
    whyOf({ ...found, reason: 'timeout', status: null, detail: 'no answer in time (wait)' }),
    'timeout: no answer in time (wait)',
  )
  t.is(whyOf({ ...found, reason: 'dns', status: null, detail: '' }), 'dns')
  t.is(whyOf({ ...found, verdict: 'up', answer: 'down' }), 'still up: status: 503 Service Unavailable')
  t.is(whyOf({ ...found, reason: 'ok', answer: 'up' }), 'still down: its last poll was up')
  t.is(whyOf({ ...found, verdict: 'pending', reason: null }), 'not polled yet')
  const accepted = { ...found, verdict: 'up', reason: 'ok' } as const
  t.is(whyOf(accepted), '503 Service Unavailable', 'accepted, though it is no success')
  t.is(whyOf({ ...accepted, status: 204 }), '')
  t.is(whyOf({ ...accepted, status: null, detail: '220 mail.example' }), '')
  const refused = 'no answer (refused: connection refused 127.0.0.1:9)'
  t.is(whyOf({ ...accepted, status: null, detail: refused }), refused, 'with want=down')
  t.is(answerOf({ ...found, verdict: 'up', reason: 'ok', status: 200, statusText: 'OK' }), '200 OK')
})

test('what a URL is called', (t) => {
  t.deepEqual(nameOf({ url: 'https://a.example/', labels: {} }), { name: 'a.example', rest: '' })
  t.deepEqual(nameOf({ url: 'https://a.example:8443/x?y=1', labels: {} }), {
    name: 'a.example:8443',
    rest: '/x?y=1',
  })
  t.deepEqual(nameOf({ url: 'http://a.example/', labels: {} }), { name: 'http://a.example', rest: '' })
  t.deepEqual(nameOf({ url: 'tcp://db.example:5432', labels: {} }), {
    name: 'tcp://db.example:5432',
    rest: '',
  })
  t.deepEqual(nameOf({ url: 'https://a.example/x', labels: { name: 'Shop' } }), {
    name: 'Shop',
    rest: 'a.example/x',
  })
  t.deepEqual(
    nameOf({ url: 'https://a.example/', labels: { name: 'a\u202Eb\u0007' } }).name,
    'a\uFFFDb\uFFFD',
  )
  t.deepEqual(nameOf({ url: 'no url', labels: {} }), { name: 'no url', rest: '' })
})

test('filters are in the address, and come back from it', (t) => {
  const query = new URLSearchParams(
    'q=shop&verdict=down&verdict=nonsense&label.team=web&label.=x&sort=slowest&by=team',
  )
  const filters = parseFilters(query)
  t.deepEqual(filters, { text: 'shop', verdicts: ['down'], labels: [['team', 'web']], sort: 'slowest' })
  t.is(formatFilters(filters).toString(), 'q=shop&verdict=down&label.team=web&sort=slowest')
  t.deepEqual(parseFilters(formatFilters(filters)), filters)
  const none = parseFilters(new URLSearchParams('sort=up'))
  t.true(isEmpty(none))
  t.is(formatFilters(none).toString(), '')
  t.is(searchQuery(none), 'sort=list')
})

test('an uptime is of the time that was watched, and says how long that was', (t) => {
  const tile = (ratio: number | null, watched: number, maintenance = 0) => {
    const { uptime, beside } = uptimeOfPeriod({ ratio, watched, maintenance }, '24h')
    return `${uptime} | ${beside.join(', ')}`
  }
  t.is(tile(1, 1), '100 % | ')
  t.is(tile(0.9999, 0.996), '99.99 % | ')
  t.is(tile(0.42, 1 / 1440), '42.00 % | watched for 1 min')
  t.is(tile(0, 1 / 2880), '0 % | watched for less than a minute')
  t.is(tile(null, 0.5), '– | watched for 12 h')
  t.is(tile(null, 0), '– | not watched')
  t.is(tile(1, 1, 1 / 12), '100 % | maintenance for 2 h')
  t.is(tile(1, 0.5, 1 / 24), '100 % | watched for 12 h, maintenance for 1 h')
  const text = (upSeconds: number, downSeconds: number, notWatchedSeconds: number, unknownSeconds = 0) => {
    const known = upSeconds + downSeconds
    const ratio = known === 0 ? null : upSeconds / known
    const seconds = { upSeconds, downSeconds, unknownSeconds, maintenanceSeconds: 0, notWatchedSeconds }
    return uptimeText({ uptime: { ...seconds, ratio } })
  }
  t.is(text(86_400, 0, 0), 'Up 100 %.')
  t.is(text(86_000, 0, 400), 'Up 100 %, not watched for 6 min.')
  t.is(text(300, 300, 85_800), 'Up 50.00 % of the 10 min that it was watched, down for 5 min.')
  t.is(text(0, 0, 86_300, 100), 'No uptime is known of the 1 min that it was watched, unknown for 1 min.')
  t.is(text(0, 0, 86_400), 'Not watched.')
})

test('the title of the tab says first that there is no connection', (t) => {
  t.is(tabTitle(['2 down'], 'live'), '2 down · headcount')
  t.is(tabTitle(['2 down'], 'lost'), 'no connection · 2 down · headcount')
  t.is(tabTitle([], 'connecting'), 'headcount')
})
