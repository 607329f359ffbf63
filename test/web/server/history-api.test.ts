import test from 'ava'
import { maintenanceCalendar } from '../../../src/alerts/run/maintenance-calendar.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { BEGIN, TestRecorder } from '../../helpers/test-recorder.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const A = 'https://a.example/'
const B = 'https://b.example/'
const at = (ms: number) => new Date(BEGIN + ms).toISOString()

/** Two URLs over two hours: A is down from 30 to 45 minutes and unknown from 60 to 70; B is up until it is down at 100. */
function twoHours() {
  const recorder = new TestRecorder()
  recorder.register({ url: A, labels: '{"team":"web"}' }, { url: B })
  for (let minute = 0; minute < 120; minute++) {
    recorder.run(minute * MINUTE)
    const time = { at: BEGIN + minute * MINUTE, status: 200, durationMs: 100 }
    const ofA = minute >= 30 && minute < 45 ? down : minute >= 60 && minute < 70 ? unknown : up
    recorder.record(ofA(0, time), (minute < 100 ? up : down)(1, time))
  }
  recorder.run(2 * HOUR)
  return recorder
}

function withUrls() {
  const monitor = new TestMonitor()
  monitor.add(0, A)
  monitor.add(1, B)
  return monitor
}

const RANGE = `from=${at(0)}&to=${at(2 * HOUR)}`

test('uptime, polls and durations of a URL over a time', async (t) => {
  const { get } = await startApi(t, null, undefined, { recorder: twoHours() })
  const { status, json } = await get(`/history?u=${encodeURIComponent(A)}&${RANGE}&step=1h`)
  t.is(status, 200)
  t.like(json, { url: A, from: at(0), to: at(2 * HOUR), step: 3_600 })
  t.deepEqual(json['uptime'], {
    ratio: 95 / 110,
    upSeconds: 95 * 60,
    downSeconds: 15 * 60,
    unknownSeconds: 10 * 60,
    maintenanceSeconds: 0,
    notWatchedSeconds: 0,
  })
  const buckets = json['buckets'] as Record<string, unknown>[]
  t.is(buckets.length, 2)
  t.like(buckets[0], { at: at(0), polls: 60, up: 45, down: 15, unknown: 0 })
  t.like(buckets[1], { at: at(HOUR), polls: 60, up: 50, down: 0, unknown: 10 })
  const { meanMs } = buckets[0] as { meanMs: number }
  t.true(Math.abs(meanMs - 100) < 3.5)
})

test('times of maintenance come with a history, and URLs of a list say that they are in one', async (t) => {
  const recorder = new TestRecorder()
  recorder.register({ url: A, labels: '{"team":"web"}' }, { url: B })
  const web = { label: 'team', isPositive: true, values: ['web'], pattern: null }
  const window = (from: number, to: number) => ({
    name: `w${from}`,
    match: [web],
    when: { from: BEGIN + from, to: BEGIN + to },
  })
  const windows = [window(MINUTE, 3 * MINUTE), window(3 * MINUTE + 1_000, 4 * MINUTE), window(HOUR, 3 * HOUR)]
  recorder.recorder.maintenance.setWindows(maintenanceCalendar(windows))
  recorder.record(down(0, { at: BEGIN }), up(1, { at: BEGIN }))
  recorder.run(2 * HOUR)
  const { get } = await startApi(t, withUrls(), undefined, { recorder })
  const of = async (url: string, query: string) =>
    (await get(`/history?u=${encodeURIComponent(url)}&${query}`)).json['maintenance']
  // Those with less than a thousandth of the time between them are one.
  t.deepEqual(await of(A, RANGE), [
    { from: at(MINUTE), to: at(4 * MINUTE) },
    { from: at(HOUR), to: at(2 * HOUR) },
  ])
  t.deepEqual(await of(A, `from=${at(2 * MINUTE)}&to=${at(5 * MINUTE)}`), [
    { from: at(2 * MINUTE), to: at(3 * MINUTE) },
    { from: at(3 * MINUTE + 1_000), to: at(4 * MINUTE) },
  ])
  t.deepEqual(await of(B, RANGE), [])
  const list = async () =>
    ((await get('/urls?sort=list')).json['urls'] as { url: string; maintenance?: boolean }[]).map(
      ({ url, maintenance }) => [url, maintenance],
    )
  t.deepEqual(await list(), [
    [A, true],
    [B, undefined],
  ])
  recorder.run(4 * HOUR)
  t.deepEqual(await list(), [
    [A, undefined],
    [B, undefined],
  ])
})

test('without a step there are few buckets, and too many are refused', async (t) => {
  const recorder = twoHours()
  const { get } = await startApi(t, null, undefined, { recorder })
  const of = (query: string) => get(`/history?u=${encodeURIComponent(A)}&${query}`)
  t.is((await of(RANGE)).json['step'], 300)
  const week = await of(`from=${at(-7 * 24 * HOUR)}&to=${at(2 * HOUR)}`)
  t.is(week.json['step'], 3_600)
  t.like(await of(`from=${at(-7 * 24 * HOUR)}&to=${at(2 * HOUR)}&step=5m`), {
    status: 400,
    json: { error: 'step: it makes more than 1000 buckets; use a longer one' },
  })
  for (const step of ['0', '1m', '7m', 'day', '-5m'])
    t.is(
      (await of(`${RANGE}&step=${step}`)).json['error'],
      'step: not a multiple of five minutes, such as 15m, 1h or 1d',
    )
  t.is((await of(`${RANGE}&step=900`)).json['step'], 900)
})

test('times are in RFC 3339 or in seconds since the epoch', async (t) => {
  const { get } = await startApi(t, null, undefined, { recorder: twoHours() })
  const of = (from: string, to: string) => get(`/history?u=${encodeURIComponent(A)}&from=${from}&to=${to}`)
  const from = BEGIN / 1_000
  const ranges: readonly (readonly [from: string, to: string])[] = [
    [at(0), at(HOUR)],
    [String(from), String(from + 3_600)],
    ['2026-01-01T01:00:00%2B01:00', '2026-01-01T01:00Z'],
    ['2026-01-01', '2026-01-01t01:00:00z'],
  ]
  for (const [begin, end] of ranges) t.like((await of(begin, end)).json, { from: at(0), to: at(HOUR) }, begin)
  for (const bad of ['yesterday', '-1', '2026-13-01', '2026-01-01T00:00:00', '99999999999999999'])
    t.regex(String((await of(bad, at(HOUR))).json['error']), /^from: not a time such as /, bad)
  t.is((await of(at(HOUR), at(HOUR))).json['error'], 'from: it is not before to')
  t.is((await of('0', at(HOUR))).json['error'], 'from: more than ten years before to')
})

test('incidents, the latest first, with what was found', async (t) => {
  const { get } = await startApi(t, null, undefined, { recorder: twoHours() })
  const { json } = await get(`/incidents?${RANGE}`)
  const incidents = json['incidents'] as Record<string, unknown>[]
  t.is(json['next'], null)
  t.deepEqual(
    incidents.map(({ url, verdict, begin, end }) => [url, verdict, begin, end]),
    [
      [B, 'down', at(100 * MINUTE), null],
      [A, 'unknown', at(60 * MINUTE), at(70 * MINUTE)],
      [A, 'down', at(30 * MINUTE), at(45 * MINUTE)],
    ],
  )
  const [first] = (incidents[2]?.['reasons'] ?? []) as Record<string, unknown>[]
  t.like(first, { at: at(30 * MINUTE), polls: 15 })
  t.deepEqual(incidents[2]?.['labels'], { team: 'web' })
})

test('incidents of a URL, with labels, and page after page', async (t) => {
  const { get } = await startApi(t, null, undefined, { recorder: twoHours() })
  const urls = async (query: string) =>
    ((await get(`/incidents?${RANGE}&${query}`)).json['incidents'] as { url: string }[]).map(({ url }) => url)
  t.deepEqual(await urls(`u=${encodeURIComponent(A)}`), [A, A])
  t.deepEqual(await urls('label.team=web'), [A, A])
  t.deepEqual(await urls('label.team=web&label.env=prod'), [])
  for (const labels of ['', '&label.team=web']) {
    const seen: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await get(
        `/incidents?${RANGE}&limit=1${labels}${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )
      const incidents = page.json['incidents'] as { id: number }[]
      t.is(incidents.length, 1)
      seen.push(incidents[0]?.id)
      cursor = page.json['next'] as string | null
    }
    t.deepEqual(seen, labels === '' ? [3, 2, 1] : [2, 1])
  }
  t.is(
    (await get('/incidents?cursor=x')).json['error'],
    'cursor: not the next of an answer; leave it out for the first page',
  )
})

test('a URL has its uptime and its latest polls', async (t) => {
  const { get } = await startApi(t, withUrls(), undefined, { recorder: twoHours() })
  const { json } = await get(`/url?u=${encodeURIComponent(A)}`)
  const { '24h': day } = json['uptime'] as Record<string, { ratio: number; watched: number }>
  t.deepEqual(day, { ratio: 95 / 110, watched: 2 / 24, maintenance: 0 })
  t.deepEqual(Object.keys(json['uptime'] as object), ['24h', '7d', '30d', '90d', '1y'])
  const latest = json['latest'] as Record<string, unknown>[]
  t.is(latest.length, 50)
  t.like(latest[0], { at: at(119 * MINUTE), verdict: 'up', reason: 'ok', status: 200 })
})

test('a URL that no history knows: 404, and null beside its last poll', async (t) => {
  const { get } = await startApi(t, withUrls(), undefined, { recorder: new TestRecorder() })
  for (const path of ['/history', '/incidents'])
    t.like(await get(`${path}?u=${encodeURIComponent(A)}`), {
      status: 404,
      json: { error: 'the history does not know this URL' },
    })
  t.like((await get(`/url?u=${encodeURIComponent(A)}`)).json, {
    verdict: 'pending',
    uptime: null,
    latest: null,
  })
})

test('without a recorder: 503, and the last poll nevertheless', async (t) => {
  const { get } = await startApi(t, withUrls())
  for (const path of [`/history?u=${A}`, '/incidents']) {
    const { status, json, headers } = await get(path)
    t.deepEqual({ status, ...json }, { status: 503, error: 'the recorder does not answer' })
    t.is(headers.get('retry-after'), '5')
  }
  t.like((await get(`/url?u=${encodeURIComponent(A)}`)).json, {
    verdict: 'pending',
    uptime: null,
    latest: null,
  })
})

test('an answer from history that the client has is not sent again', async (t) => {
  const { get } = await startApi(t, null, undefined, { recorder: twoHours() })
  const path = `/history?u=${encodeURIComponent(A)}&${RANGE}`
  const etag = (await get(path)).headers.get('etag') as string
  t.is((await get(path, { headers: { 'if-none-match': etag } })).status, 304)
})
