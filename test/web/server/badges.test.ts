import test from 'ava'
import type { ExecutionContext } from 'ava'
import { maintenanceCalendar } from '../../../src/alerts/run/maintenance-calendar.ts'
import { BADGE_COLORS, badgeSvg } from '../../../src/web/server/badge-svg.ts'
import { RecorderError } from '../../../src/web/server/recorder-client.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import { down, up } from '../../helpers/state.ts'
import { TestRecorder } from '../../helpers/test-recorder.ts'

const URL_OF = ['https://a.example/', 'https://b.example/', 'https://c.example/'] as const

const HOUR = 3_600_000

/** An hour until now, in which the first URL is down for six minutes; the third is not polled. */
function lastHour() {
  const begin = Date.now() - HOUR
  const recorder = new TestRecorder(':memory:', begin)
  recorder.register(...URL_OF.map((url) => ({ url })))
  for (let minute = 0; minute < 60; minute++) {
    recorder.run(minute * 60_000)
    const time = { at: begin + minute * 60_000, status: 200, durationMs: 250 }
    recorder.record((minute >= 30 && minute < 36 ? down : up)(0, time), up(1, time))
  }
  recorder.run(HOUR)
  return recorder
}

async function start(t: ExecutionContext, recorder: Pick<TestRecorder, 'ask'> = lastHour()) {
  const monitor = new TestMonitor()
  for (const [id, url] of URL_OF.entries()) monitor.add(id, url)
  monitor.take(down(0), up(1))
  const { port } = await startApi(t, monitor, undefined, { recorder })
  return async (name: string, query: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/badge/${name}.svg?${query}`, init)
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      says: /aria-label="([^"]*)"/.exec(text)?.[1],
      text,
    }
  }
}

const u = (n: number) => `u=${encodeURIComponent(URL_OF[n] as string)}`

test('badges say the verdict, the uptime and the response time', async (t) => {
  const get = await start(t)
  t.is((await get('status', u(0))).says, 'status: down')
  t.is((await get('status', u(1))).says, 'status: up')
  t.is((await get('status', u(2))).says, 'status: pending')
  t.is((await get('uptime', u(0))).says, 'uptime 30d: 90.00% in 1 h')
  t.is((await get('uptime', `${u(1)}&days=7`)).says, 'uptime 7d: 100% in 1 h')
  t.is((await get('uptime', u(2))).says, 'uptime 30d: no data')
  t.regex(String((await get('time', u(1))).says), /^response time 1d: 2[45]\d ms$/)
  t.is((await get('time', u(2))).says, 'response time 1d: no data')
  t.is((await get('uptime', `${u(1)}&label=shop`)).says, 'shop: 100% in 1 h')
})

test('while a window is open, the badge of a verdict says so', async (t) => {
  const recorder = lastHour()
  const get = await start(t, recorder)
  const when = { from: recorder.now - HOUR, to: recorder.now + HOUR }
  recorder.recorder.maintenance.setWindows(maintenanceCalendar([{ name: 'w', match: [], when }]))
  t.is((await get('status', u(0))).says, 'status: maintenance')
  recorder.recorder.maintenance.setWindows(null)
  t.is((await get('status', u(0))).says, 'status: down')
})

test('badges can be shown on other sites, and kept for a minute', async (t) => {
  const get = await start(t)
  const { status, headers } = await get('uptime', u(0))
  t.is(status, 200)
  t.is(headers.get('content-type'), 'image/svg+xml; charset=utf-8')
  t.is(headers.get('cross-origin-resource-policy'), 'cross-origin')
  // A cache of a proxy must not show it to those who have no password.
  t.is(headers.get('cache-control'), 'private, max-age=60')
  const etag = headers.get('etag') as string
  t.is((await get('status', u(0), { headers: { 'if-none-match': etag } })).status, 200)
  t.is((await get('uptime', u(0), { headers: { 'if-none-match': etag } })).status, 304)
})

test('a badge that cannot be made is an image that says so, and is not kept', async (t) => {
  const get = await start(t)
  const nobody = await get('status', 'u=https%3A%2F%2Fnobody.example%2F')
  t.like(nobody, { status: 404, says: 'status: not found' })
  t.is(nobody.headers.get('cache-control'), 'no-store')
  t.like(await get('uptime', 'u=https%3A%2F%2Fnobody.example%2F'), { status: 404, says: 'uptime: not found' })
  for (const query of ['', `${u(0)}&days=0`, `${u(0)}&days=400`, `${u(0)}&colour=red`])
    t.like(await get('uptime', query), { status: 400, says: 'uptime: bad request' })
  const gone = await start(t, {
    ask: () => Promise.reject(new RecorderError('the recorder does not answer')),
  })
  t.like(await gone('uptime', u(0)), { status: 503, says: 'uptime: unavailable' })
  t.like(await gone('status', u(1)), { status: 200, says: 'status: up' })
})

test('text is text: escaped, cut, and without what XML cannot have', async (t) => {
  const get = await start(t)
  const { text } = await get(
    'status',
    `${u(1)}&label=${encodeURIComponent('<script>alert("1")</script>&\u0000\u202e')}`,
  )
  t.false(text.includes('<script') || text.includes('\u0000'))
  t.true(text.includes('&#60;script&#62;'))
  const long = badgeSvg({ label: 'x'.repeat(10_000), message: 'up', color: 'good' })
  t.true(long.length < 3_000)
  t.false(badgeSvg({ label: '\ud800', message: '\ufffe', color: 'good' }).includes('\ud800'))
})

test('white text on each colour has a contrast of 4.5 : 1', (t) => {
  for (const color of Object.values(BADGE_COLORS)) {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    t.true(1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5, color)
  }
})
