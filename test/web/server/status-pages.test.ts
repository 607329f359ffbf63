import test from 'ava'
import { maintenanceCalendar } from '../../../src/alerts/run/maintenance-calendar.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import { RawClient } from '../../helpers/raw-client.ts'
import { down, up } from '../../helpers/state.ts'
import { labels, PAGE, startStatus, textOf } from '../../helpers/status-server.ts'
import { BEGIN, TestRecorder } from '../../helpers/test-recorder.ts'

/** Two URLs of the page, and one that is not on it. */
function someUrls(): TestMonitor {
  const monitor = new TestMonitor()
  monitor.add(0, 'https://shop.secret-host.example/basket', labels({ title: 'Basket', team: 'secret-team' }))
  monitor.add(1, 'https://pay.secret-host.example/', labels({ title: 'Payment' }))
  monitor.add(2, 'https://intranet.secret-host.example/', { labels: '{"title":"secret-title"}' })
  monitor.take(
    up(0, { address: '192.0.2.77', finalUrl: 'https://secret-host.example/' }),
    down(1, { detail: 'secret-reason', reason: 'timeout' }),
    down(2, { detail: 'secret-reason', reason: 'timeout' }),
  )
  return monitor
}

const SECRETS = ['secret', '192.0.2.77', 'intranet', 'https://', 'team', 'reason']

test('nothing is in an answer but what is marked', async (t) => {
  const recorder = new TestRecorder()
  const urls = ['https://shop.secret-host.example/basket', 'https://pay.secret-host.example/']
  recorder.register(...urls.map((url) => ({ url, ...labels({}) })), {
    url: 'https://intranet.secret-host.example/',
  })
  recorder.record(
    up(0, { at: BEGIN }),
    down(1, { at: BEGIN, detail: 'secret-reason' }),
    down(2, { at: BEGIN }),
  )
  recorder.run(60_000)
  const { get } = await startStatus(t, someUrls(), [PAGE], { recorder })
  const page = await get('/status/shop')
  t.is(page.status, 200)
  t.regex(
    textOf(page.text),
    /^Example Shop 1 of 2 services is down As of .* Incidents .* Payment down for 1 min, goes on since /,
  )
  const files = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path as string)
  t.deepEqual(
    files.map((path) => path.replace(/\.[\da-f]{12}\./, '.HASH.')),
    ['assets/shop.HASH.css', 'assets/degraded.HASH.svg', 'assets/refresh.HASH.js'],
  )
  for (const path of files) {
    const file = await get(`/status/${path}`)
    t.is(file.status, 200, path)
    t.is(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    for (const secret of SECRETS)
      t.notRegex(file.text.replaceAll('http://www.w3.org', ''), new RegExp(secret))
  }
  t.notRegex(page.text, /time-?out/)
  const all = page.text + JSON.stringify([...page.headers])
  for (const secret of SECRETS) t.notRegex(all, new RegExp(secret), secret)
})

test('a group is a line with its own verdict, and opens without a script', async (t) => {
  const monitor = new TestMonitor()
  const groups: Readonly<Record<string, string>> = {
    Web: 'uuuuu',
    Shop: 'uuudd',
    Mail: 'dd',
    Search: 'up',
    New: 'p',
    Mixed: 'udp',
  }
  let id = 0
  for (const [service, verdicts] of Object.entries(groups))
    for (const verdict of verdicts) {
      monitor.add(id, `https://a.example/${id}`, labels({ service, title: `${service} ${id}` }))
      if (verdict === 'u') monitor.take(up(id))
      if (verdict === 'd') monitor.take(down(id))
      id++
    }
  monitor.add(id, 'https://a.example/others', labels({}))
  monitor.take(up(id))
  const { get } = await startStatus(t, monitor, [{ ...PAGE, group: 'service' }])
  const { text } = await get('/status/shop')
  const lines = [...text.matchAll(/<details.*?<summary>(.*?)<\/summary>/gs)].map(([, line]) => {
    const [, shape] = /<svg class="glyph (\w+)"/.exec(line as string) ?? []
    return `${shape}: ${textOf(line as string)}`
  })
  t.deepEqual(
    lines.map((line) => line.replace(/ since .*/, '')),
    [
      'up: Web up',
      'degraded: Shop degraded, 3 of 5 up',
      'down: Mail down',
      'unknown: Search 1 of 2 up, 1 unknown',
      'unknown: New unknown',
      'degraded: Mixed degraded, 1 of 3 up, 1 unknown',
      'up: Others up',
    ],
  )
  t.regex(text, /<h1 [^>]*>5 of 19 services are down<\/h1>/)
  t.regex(textOf(text), /Others up 1 service up/)
})

const HOSTILE = `<script>alert(1)</script>"'\`&amp; \u202Eevil\u200F <img src=x onerror=alert(1)> ${'x'.repeat(10_000)}`

test('hostile titles, labels and announcements are text', async (t) => {
  const monitor = new TestMonitor()
  monitor.add(0, 'https://a.example/', labels({ title: HOSTILE, service: HOSTILE }))
  monitor.take(up(0))
  const page = {
    ...PAGE,
    title: HOSTILE.slice(0, 200),
    group: 'service',
    announcements: [{ text: HOSTILE, severity: 'info', from: null, to: null } as const],
  }
  const { get } = await startStatus(t, monitor, [page])
  const { text } = await get('/status/shop')
  t.is([...text.matchAll(/<script/g)].length, 1)
  t.notRegex(text, /<img|onerror=alert\(1\)>/)
  t.regex(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;`&amp;amp; \u202Eevil/)
  t.true(text.includes('x'.repeat(10_000)), 'an announcement is shown as a whole')
  t.is([...text.matchAll(/x{100,}…/g)].length, 3, 'titles are cut')
})

test('an answer can be cached, and is not sent again', async (t) => {
  const { get, clock } = await startStatus(t, someUrls(), [PAGE], { prefix: '/monitor' })
  const first = await get('/monitor/status/shop?x=1', { headers: { 'accept-encoding': 'gzip' } })
  t.is(first.status, 200)
  t.is(first.headers.get('cache-control'), 'public, max-age=5')
  t.is(first.headers.get('vary'), 'Accept-Encoding')
  t.is(first.headers.get('content-encoding'), 'gzip')
  t.is(first.headers.get('content-type'), 'text/html; charset=utf-8')
  t.regex(
    first.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/,
  )
  t.notRegex(first.headers.get('content-security-policy') ?? '', /unsafe/)
  const etag = first.headers.get('etag') ?? ''
  const plain = await get('/monitor/status/shop', { headers: { 'accept-encoding': 'identity' } })
  t.is(plain.text, first.text)
  t.is(plain.headers.get('etag'), etag)
  const again = await get('/monitor/status/shop', { headers: { 'if-none-match': etag } })
  t.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', etag])
  // Another copy, of the same minute, is the same.
  clock.monotonic += 30_000
  clock.now += 30_000
  t.is((await get('/monitor/status/shop', { headers: { 'if-none-match': etag } })).status, 304)
  clock.monotonic += 60_000
  clock.now += 60_000
  t.is((await get('/monitor/status/shop', { headers: { 'if-none-match': etag } })).status, 200)

  const head = await get('/monitor/status/shop', { method: 'HEAD' })
  t.deepEqual([head.status, head.text], [200, ''])
  const post = await get('/monitor/status/shop', { method: 'POST' })
  t.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD'])
  const slash = await get('/monitor/status/shop/')
  t.deepEqual([slash.status, slash.headers.get('location')], [308, '../shop'])
  for (const path of ['/status/shop', '/monitor/status/none', '/monitor/status/', '/monitor/status/shop/x'])
    t.is((await get(path)).status, 404, path)
})

test('a copy is made at most once in five seconds, and not again while nobody looks', async (t) => {
  const monitor = someUrls()
  const { get, asked, clock } = await startStatus(t, monitor, [PAGE])
  const several = () => Promise.all(Array.from({ length: 20 }, () => get('/status/shop')))
  await several()
  t.is(asked.length, 1)
  clock.monotonic += 4_999
  await several()
  t.is(asked.length, 1)
  // What is a little older is sent, and another is made.
  monitor.take(up(1))
  clock.monotonic += 2
  const [old] = await several()
  t.regex(old?.text ?? '', /1 of 2 services is down/)
  t.is(asked.length, 2)
  t.regex((await get('/status/shop')).text, /Both services are up/)
  // What is much older is not.
  monitor.take(down(1))
  clock.monotonic += 10_000
  t.regex((await get('/status/shop')).text, /1 of 2 services is down/)
  t.is(asked.length, 3)
})

test('a monitor that does not answer leaves the last copy, for a minute', async (t) => {
  const { get, clock } = await startStatus(t, someUrls(), [PAGE])
  clock.isAnswering = false
  const none = await get('/status/shop')
  t.deepEqual([none.status, none.headers.get('retry-after')], [503, '5'])
  clock.isAnswering = true
  t.is((await get('/status/shop')).status, 200)
  clock.isAnswering = false
  clock.monotonic += 59_999
  t.is((await get('/status/shop')).status, 200)
  clock.monotonic += 1
  const old = await get('/status/shop')
  t.deepEqual([old.status, old.text], [503, 'the state of the services is not known now\n'])
  clock.isAnswering = true
  t.is((await get('/status/shop')).status, 200)
})

const USERS = new Map([['alice', `$2y$04$${'.'.repeat(53)}`]])
const LOGIN = { authorization: `Basic ${Buffer.from('alice:secret').toString('base64')}` }

test('with users, a page needs a password unless the configuration says otherwise', async (t) => {
  const open = {
    ...PAGE,
    name: 'open',
    withoutLogin: true,
    colours: { accent: { light: '#000000', dark: '#ffffff' } },
  }
  const { get, port } = await startStatus(t, someUrls(), [PAGE, open], { config: { users: USERS } })
  t.is((await get('/status/open')).status, 200)
  t.is((await get('/status/open')).headers.get('cache-control'), 'public, max-age=5')
  const closed = await get('/status/shop')
  t.deepEqual([closed.status, closed.text], [401, 'a user name and password are needed\n'])
  const known = await get('/status/shop', { headers: LOGIN })
  t.deepEqual([known.status, known.headers.get('cache-control')], [200, 'private, max-age=5'])
  // No name of a page can be found out.
  t.is((await get('/status/none')).status, 401)

  const files = async (name: string) => {
    const { text } = await get(`/status/${name}`, { headers: LOGIN })
    return [...text.matchAll(/="(assets\/[^"]+)"/g)].map(([, path]) => `/status/${path}`)
  }
  for (const path of await files('open')) t.is((await get(path)).status, 200, path)
  const ofClosed = (await files('shop')).find((path) => path.includes('/shop.')) ?? ''
  t.is((await get(ofClosed)).status, 401)
  t.is((await get(ofClosed, { headers: LOGIN })).status, 200)

  for (const path of [
    '/status/open/../shop',
    '/status/open/../../metrics',
    '/status/open%2f..%2fshop',
    '/status/OPEN',
    '//status/open',
    '/status/open;x',
    '/status//open',
    '/x/status/open',
  ]) {
    const client = await RawClient.open(t, port)
    const answer = await client.sendAndRead(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    t.regex(answer, /^HTTP\/1\.1 401 /, path)
  }
})

test('a page is also found by a whole URL, as other paths are', async (t) => {
  const page = { ...PAGE, withoutLogin: true }
  const { port } = await startStatus(t, someUrls(), [page], { config: { users: USERS }, prefix: '/monitor' })
  const statusOf = async (url: string) => {
    const client = await RawClient.open(t, port)
    const text = await client.sendAndRead(
      `GET ${url} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    )
    return text.slice(0, 12)
  }
  const origin = `http://127.0.0.1:${port}`
  t.is(await statusOf(`${origin}/monitor/status/shop`), 'HTTP/1.1 200')
  t.is(await statusOf(`${origin}/monitor/status/shop?x=1`), 'HTTP/1.1 200')
  t.is(await statusOf(`HTTP://127.0.0.1:${port}/monitor/status/shop`), 'HTTP/1.1 200')
  t.is(await statusOf(`${origin}/monitor/status/other`), 'HTTP/1.1 401')
  t.is(await statusOf(`${origin}?/monitor/status/shop`), 'HTTP/1.1 401')
})

test('no number of viewers is too large, but what needs a password is counted', async (t) => {
  const open = { ...PAGE, name: 'open', withoutLogin: true }
  const clientLimit = { atOnce: 2, perSecond: 0.001 }
  const { get } = await startStatus(t, someUrls(), [PAGE, open], { config: { users: USERS }, clientLimit })
  const statuses = async (path: string, headers = {}) => {
    const answers = []
    for (let count = 0; count < 4; count++) answers.push((await get(path, { headers })).status)
    return answers
  }
  t.deepEqual(await statuses('/status/open'), [200, 200, 200, 200])
  t.deepEqual(await statuses('/status/shop', LOGIN), [200, 200, 429, 429])
  t.deepEqual(await statuses('/status/open'), [200, 200, 200, 200])
  const plain = await startStatus(t, someUrls(), [PAGE], { clientLimit })
  for (let count = 0; count < 4; count++) t.is((await plain.get('/status/shop')).status, 200)
  t.deepEqual(
    [(await plain.get('/')).status, (await plain.get('/')).status, (await plain.get('/')).status],
    [404, 404, 429],
  )
})

test('days, uptime and incidents come from history, with the same number as in the API', async (t) => {
  const recorder = new TestRecorder()
  const url = 'https://shop.secret-host.example/basket'
  recorder.register({ url, ...labels({}) }, { url: 'https://pay.secret-host.example/', ...labels({}) })
  recorder.record(up(0, { at: BEGIN }), up(1, { at: BEGIN }))
  recorder.run(600_000)
  recorder.record(down(0, { at: BEGIN + 600_000 }))
  recorder.run(700_000)
  recorder.record(up(0, { at: BEGIN + 700_000 }))
  recorder.run(900_000)
  const { get } = await startStatus(t, someUrls(), [{ ...PAGE, days: 7 }], { recorder })
  const { text } = await get('/status/shop')
  const [basket] = /<li class="line">.*?<\/li>/s.exec(text) ?? ['']
  t.regex(
    basket,
    /<svg class="bars" viewBox="0 0 28 20" [^>]* aria-label="1 of 7 days watched, 1 with failures: 1 Jan 2026">/,
  )
  t.regex(basket, /<path class="degraded" d="M26 3V20" ?\/>/)
  t.regex(textOf(basket), /Basket up 88.88 % in 15 min/)
  t.regex(
    textOf(text),
    /Incidents 7 days Basket was down for 1 min 1 Jan 2026, 00:10 to 1 Jan 2026, 00:11 Times/,
  )
  const api = await startApi(t, someUrls(), undefined, { recorder })
  const { json } = await api.get(
    `/history?u=${encodeURIComponent(url)}&from=${BEGIN / 1_000 - 600_000}&to=${BEGIN / 1_000 + 900}`,
  )
  t.is((json['uptime'] as { ratio: number }).ratio, 800 / 900)
})

test('while a window is open a page says maintenance, not down, and tells it of days and beside uptime', async (t) => {
  const monitor = new TestMonitor()
  const recorder = new TestRecorder()
  const urls = ['web', 'web', 'db'].map((service, id) => ({
    url: `https://a.example/${id}`,
    ...labels({ service, title: `${service} ${id}` }),
  }))
  for (const [id, { url, labels: text }] of urls.entries()) monitor.add(id, url, { labels: text })
  recorder.register(...urls)
  const web = { label: 'service', isPositive: true, values: ['web'], pattern: null }
  const when = { from: BEGIN + 300_000, to: BEGIN + 1_500_000 }
  recorder.recorder.maintenance.setWindows(maintenanceCalendar([{ name: 'w', match: [web], when }]))
  recorder.record(up(0, { at: BEGIN }), up(1, { at: BEGIN }), up(2, { at: BEGIN }))
  recorder.run(600_000)
  const found = [down(0, { at: BEGIN + 600_000 }), up(1, { at: BEGIN + 600_000 }), up(2)]
  recorder.record(...found.slice(0, 2))
  monitor.take(...found)
  recorder.run(1_200_000)
  const { get, clock } = await startStatus(t, monitor, [{ ...PAGE, group: 'service', days: 7 }], { recorder })
  const open = await get('/status/shop')
  t.regex(textOf(open.text), /^Example Shop 1 of 3 services are up, 2 in maintenance As of/)
  const [group = ''] = /<details.*?<\/summary>/s.exec(open.text) ?? []
  t.is(textOf(group), 'web maintenance 100 % in 20 min maintenance 15 min')
  t.regex(group, /<svg class="glyph maintenance"/)
  t.regex(group, / aria-label="1 of 7 days watched, none with a failure; 1 with maintenance: 1 Jan 2026">/)
  t.regex(group, /<path class="up" d="M26 6V20" ?\/><path class="maintenance" d="M26 15V20" ?\/>/)
  t.regex(textOf(open.text), /Incidents 7 days web 0 down for 10 min, goes on, begun in maintenance since/)
  t.regex(textOf(open.text), /db up 100 % in 20 min/)

  recorder.run(1_800_000)
  clock.now = recorder.now
  clock.monotonic += 60_000
  const closed = await get('/status/shop')
  t.regex(textOf(closed.text), /^Example Shop 1 of 3 services is down As of/)
  const [after = ''] = /<details.*?<\/summary>/s.exec(closed.text) ?? []
  t.is(textOf(after), 'web degraded, 1 of 2 up 75 % in 30 min maintenance 20 min')
  t.regex(after, /<path class="degraded" d="M26 3V20" ?\/><path class="maintenance" d="M26 15V20" ?\/>/)
})

test('a page says when its history cannot be read', async (t) => {
  const { get } = await startStatus(t, someUrls(), [PAGE])
  const { text } = await get('/status/shop')
  t.regex(textOf(text), /What was before is not known now\. Times are in UTC\./)
  t.notRegex(text, /id="incidents"/)
})

test('what incidents lack is said where the sentence above counts it', async (t) => {
  const incidentsOf = async (titles: Parameters<typeof labels>[0][]) => {
    const monitor = new TestMonitor()
    const recorder = new TestRecorder()
    for (const [id, fields] of titles.entries()) {
      monitor.add(id, `https://a.example/${id}`, labels(fields))
      monitor.take(down(id))
    }
    const { get } = await startStatus(t, monitor, [PAGE], { recorder })
    const [section] =
      /<section aria-labelledby="incidents">.*<\/section>/s.exec((await get('/status/shop')).text) ?? []
    return textOf(section ?? '')
  }
  const others = 'Incidents of services that are not named here are not shown.'
  t.is(await incidentsOf([{}]), `Incidents 90 days None. ${others}`)
  // It is down for less than a minute, after which the history is read again.
  t.is(await incidentsOf([{ title: 'Basket' }]), 'Incidents 90 days None known yet.')
  t.is(await incidentsOf([{ title: 'Basket' }, {}]), `Incidents 90 days None known yet. ${others}`)
})

test('pages change while it runs', async (t) => {
  const { get, status, failures } = await startStatus(t, someUrls(), [])
  t.is((await get('/status/shop')).status, 404)
  await status.setPages([PAGE, { ...PAGE, name: 'all', showUrls: true, titleLabel: 'none' }])
  t.is((await get('/status/shop')).status, 200)
  t.regex((await get('/status/all')).text, /<bdi class="name">https:\/\/pay\.secret-host\.example\/<\/bdi>/)
  const titles = new Map([['https://pay.secret-host.example/', 'Money']])
  await status.setPages([{ ...PAGE, titles, titleLabel: 'none' }])
  t.regex(textOf((await get('/status/shop')).text), /Money down since .* 1 more service up/)
  t.is((await get('/status/all')).status, 404)
  t.deepEqual(failures, [])
})

test('a page of too many URLs says so', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id <= 10_000; id++) monitor.add(id, `https://a.example/${id}`, labels({}))
  const { get, failures, asked } = await startStatus(t, monitor, [PAGE])
  t.is((await get('/status/shop')).status, 503)
  t.deepEqual(failures, ['the public page shop matches more than 10000 URLs, which no page shows'])
  t.true(asked.length > 1)
})

test('a page has at most 1,000 lines, and what is not up among them', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 1_500; id++) {
    monitor.add(id, `https://a.example/${id}`, labels({ title: `Service ${id}` }))
    monitor.take(id % 2 === 0 && id > 1_000 ? down(id) : up(id))
  }
  const { get } = await startStatus(t, monitor, [PAGE])
  const { text } = await get('/status/shop')
  t.regex(text, /249 of 1,500 services are down/)
  t.is([...text.matchAll(/<svg class="glyph down"/g)].length, 249)
  t.is([...text.matchAll(/>Service \d+</g)].length, 1_000)
  t.regex(textOf(text), /500 more services up/)
})

test('announcements are there in their time', async (t) => {
  const { get, clock } = await startStatus(t, someUrls(), [
    {
      ...PAGE,
      announcements: [
        { text: 'one\ntwo', severity: 'critical', from: Date.UTC(2026, 10, 26), to: Date.UTC(2026, 10, 27) },
        { text: 'later', severity: 'info', from: Date.UTC(2026, 10, 28), to: null },
      ],
    },
  ])
  const shown = async () => textOf((await get('/status/shop')).text)
  t.regex(await shown(), / Urgent from 26 Nov 2026, 00:00 until 27 Nov 2026, 00:00 one two Services /)
  for (const [day, expected] of [
    [27, /10:42 UTC ; the server does not answer now Services/],
    [28, / Note from 28 Nov 2026, 00:00 later Services /],
  ] as const) {
    clock.now = Date.UTC(2026, 10, day, 10, 42)
    clock.monotonic += 60_000
    t.regex(await shown(), expected)
  }
})
