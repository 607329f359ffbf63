import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { HistoryQuestion } from '../../../src/history/record/history-question.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { buildPage } from '../../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi, TestMonitor } from '../../helpers/api-server.ts'
import { SampleRecorder } from '../../helpers/sample-history.ts'
import { sampleList } from '../../helpers/sample-list.ts'
import { RecorderError } from '../../../src/web/server/recorder-client.ts'
import { down, up } from '../../helpers/state.ts'
import { TestRecorder } from '../../helpers/test-recorder.ts'
import { violations } from './accessibility.ts'
import { inBrowser, TestBrowser, textOf, untilPath, untilText } from './browser.ts'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

const URL_OF_LIST = 'https://shop.example/checkout'

function monitorOf(): TestMonitor {
  const monitor = new TestMonitor()
  monitor.add(0, URL_OF_LIST, { labels: '{"team":"web","name":"Checkout"}' })
  monitor.take(
    down(0, { reason: 'status', status: 503, statusText: 'Service Unavailable', at: Date.now() - 3_000 }),
  )
  return monitor
}

const addressOf = (port: number, url: string) => `http://127.0.0.1:${port}/url?u=${encodeURIComponent(url)}`

inBrowser('is it up, since when, how good, how fast, what happened, what was seen', async (t) => {
  const monitor = monitorOf()
  const options = { recorder: new SampleRecorder([]), settings: ['timeout=2s', 'header.X-Key=…'] }
  const { port } = await startApi(t, monitor, undefined, options)
  const { page, problems } = await browser.open(t, addressOf(port, URL_OF_LIST))
  await untilText(page, '.facts .now', 'down')
  t.is((await textOf(page, 'h1')).trim(), 'Checkout')
  t.is(await page.title(), `down: Checkout shop.example/checkout · headcount`)
  const facts = await page.$$eval('.facts dd', (all) => all.map((one) => one.textContent))
  t.deepEqual(facts.slice(1), [
    '99.31 %',
    '99.86 %',
    '99.97 %',
    '99.98 %watched for 55 d',
    '99.98 %watched for 54 d',
  ])
  await page.waitForSelector('.uplot canvas')
  await untilText(page, '.incident .why', 'tls-expired: the certificate has expired')
  t.is(await textOf(page, '.found'), 'status: 503 Service Unavailable')
  await untilText(page, '.card .soft', 'A valid answer, but its status is not one of --accept.')
  await untilText(page, '.card .soft', 'The same request by hand, with … for what is not shown')
  t.is(
    await textOf(page, 'pre'),
    "curl --head --http1.1 --max-time 2 --header 'X-Key: …' https://shop.example/checkout",
  )
  // The last polls one by one.
  await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.tab')]
      .find((tab) => tab.textContent === 'last polls')
      ?.click(),
  )
  await page.waitForSelector('.bars rect')
  t.is((await page.$$('.bars rect')).length, 50)
  monitor.take(up(0, { at: Date.now() }))
  await untilText(page, '.facts .now', 'up')
  t.is(await page.$('#zones'), null)
  t.deepEqual(problems, [])
})

inBrowser('a time that cannot be read shows no chart of another time, and says why', async (t) => {
  const sample = new SampleRecorder([])
  const isBroken = { history: false }
  const recorder: Pick<SampleRecorder, 'ask'> = {
    ask: (question) =>
      question.type === 'history' && isBroken.history
        ? Promise.reject(new RecorderError('the recorder does not answer'))
        : sample.ask(question),
  }
  const monitor = monitorOf()
  const { port, replace } = await startApi(t, monitor, undefined, { recorder })
  const { page } = await browser.open(t, addressOf(port, URL_OF_LIST))
  await page.waitForSelector('.uplot canvas')
  isBroken.history = true
  await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.tab')].find((tab) => tab.textContent === '90 d')?.click(),
  )
  await untilText(page, '.card .soft', 'The history cannot be read now: the recorder does not answer')
  t.is(await page.$('.uplot'), null)
  isBroken.history = false
  await page.waitForSelector('.uplot canvas')
  t.notRegex(await textOf(page, 'section[aria-labelledby="times"]'), /cannot be read/)
  // What is shown of the URL stays, but not as if it was of now.
  replace(null)
  await untilText(page, '.card.note', 'the monitor does not answer')
  t.regex(await textOf(page, '.facts .now'), /down/)
})

inBrowser('which zone says what', async (t) => {
  const monitor = monitorOf()
  const { zones } = monitor.map
  zones.setLive(['', 'eu', 'us'])
  const poll = { durationMs: 12, at: Date.now() - 3_000 }
  zones.set('us', 0 as ResourceId, 0, { ...poll, verdict: 'down', reason: 'status', status: 503 })
  zones.set('eu', 0 as ResourceId, 0, { ...poll, verdict: 'up', reason: 'ok', status: 200 })
  zones.set('', 0 as ResourceId, 0, { verdict: 'up', reason: null, status: 0, durationMs: 0, at: 0 })
  const { port } = await startApi(t, monitor)
  const { page, problems } = await browser.open(t, addressOf(port, URL_OF_LIST))
  await page.waitForSelector('section[aria-labelledby="zones"]')
  const said = await page.$$eval('section[aria-labelledby="zones"] .details > div', (all) =>
    all.map((one) => one.textContent.replace(/\d+ s ago/, 'N s ago')),
  )
  t.deepEqual(said, [
    'without a name up',
    'eu up 200 · 12 ms · N s ago',
    'us down: status 503 · 12 ms · N s ago',
  ])
  t.deepEqual(await violations(page), [])
  t.deepEqual(problems, [])
})

inBrowser(
  'maintenance stands beside the verdict in the list, on the wall and on the page of a URL',
  async (t) => {
    const sample = new SampleRecorder([])
    const changed = (question: HistoryQuestion): object => {
      if (question.type === 'maintenance') return { urls: [URL_OF_LIST] }
      if (question.type === 'url') return { maintenance: true }
      return question.type === 'history'
        ? { maintenance: [{ begin: question.to - 7_200_000, end: question.to }] }
        : {}
    }
    const recorder: Pick<SampleRecorder, 'ask'> = {
      ask: async (question) => ({ ...(await sample.ask(question)), ...changed(question) }) as never,
    }
    const { port } = await startApi(t, monitorOf(), undefined, { recorder })
    const { page, problems } = await browser.open(t, `http://127.0.0.1:${port}/`)
    await untilText(page, '.row .why.down', 'in maintenance · status: 503 Service Unavailable')
    await page.waitForSelector('.wall canvas')
    await page.focus('.wall')
    await page.keyboard.press('Home')
    await untilText(page, '.tip small', 'in maintenance · status: 503 Service Unavailable')
    await page.goto(addressOf(port, URL_OF_LIST))
    await untilText(page, '.facts .now', 'in maintenance')
    await page.waitForSelector('.uplot canvas')
    t.deepEqual(problems, [])
  },
)

inBrowser('a time in which no poll was up has no chart, and says so; an accepted 503 is seen', async (t) => {
  const sample = new SampleRecorder([])
  const recorder: Pick<SampleRecorder, 'ask'> = {
    ask: async (question) => {
      const answer = await sample.ask(question)
      if (answer === null || !('buckets' in answer)) return answer
      const none = { minMs: null, meanMs: null, maxMs: null, p50Ms: null, p95Ms: null, up: 0 }
      return { ...answer, buckets: answer.buckets.map((bucket) => ({ ...bucket, ...none })) } as never
    },
  }
  const monitor = monitorOf()
  monitor.take(up(0, { status: 503, statusText: 'Service Unavailable', at: Date.now() }))
  const { port } = await startApi(t, monitor, undefined, { recorder })
  const { page, problems } = await browser.open(t, addressOf(port, URL_OF_LIST))
  await untilText(page, 'section[aria-labelledby="times"] .soft', 'No poll was up in this time')
  t.is(await page.$('.uplot'), null)
  await page.click('.logo')
  await untilText(page, '.row .why.up', '503 Service Unavailable')
  t.deepEqual(problems, [])
})

inBrowser('when the history cannot be read it says so, and shows what is known', async (t) => {
  const { port } = await startApi(t, monitorOf())
  const { page } = await browser.open(t, addressOf(port, URL_OF_LIST))
  await untilText(page, '.facts dd', 'no history')
  await untilText(page, '.card .soft', 'The history cannot be read now')
  t.is(await textOf(page, '.found'), 'status: 503 Service Unavailable')
  await page.goto(`http://127.0.0.1:${port}/incidents`)
  await untilText(page, '.note', 'The history cannot be read now')
})

inBrowser('on a phone: facts side by side, reasons on more lines; what was watched for little', async (t) => {
  const reason = 'no address of shop.example answers, and the last one says: refused'
  const monitor = monitorOf()
  monitor.take(down(0, { reason: 'refused', detail: reason, at: Date.now() }))
  const recorder = new SampleRecorder([URL_OF_LIST], Date.now(), 0.001)
  const { port } = await startApi(t, monitor, undefined, { recorder })
  const { page } = await browser.open(t, addressOf(port, URL_OF_LIST), { width: 360 })
  await untilText(page, '.facts .now', 'down')
  t.is(
    await page.$eval('.facts > :nth-child(6) dd', (one) => one.textContent),
    '99.98 %watched for 8 h 45 min',
  )
  const facts = await page.$$eval('.facts > div', (all) =>
    all.map((one) => one.getBoundingClientRect()).map(({ left, right, top }) => ({ left, right, top })),
  )
  for (const [n, { right, top }] of facts.entries()) {
    const next = facts[n + 1]
    t.true(next === undefined || next.top !== top || next.left >= right)
  }
  await page.click('.logo')
  await untilText(page, '.attention .why', reason)
  const isCut = (one: Element) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth
  t.false(await page.$eval('.attention .why', isCut))
  t.true(await page.$eval('.attention .row.head .since', (one) => one.checkVisibility()))
})

inBrowser('a URL that no list has', async (t) => {
  const { port } = await startApi(t, monitorOf())
  const { page } = await browser.open(t, addressOf(port, 'http://other.example/some/path'))
  await untilText(page, '.note', 'No list has this URL.')
  t.is(await textOf(page, 'h1'), 'http://other.example/some/path')
})

inBrowser('incidents, day by day, lead to their URLs', async (t) => {
  const recorder = new SampleRecorder([URL_OF_LIST, '<script>alert(1)</script>'])
  const { port } = await startApi(t, monitorOf(), undefined, { recorder })
  const { page, problems } = await browser.open(t, `http://127.0.0.1:${port}/incidents`)
  await untilText(page, '.incident .why', 'status: 503 Service Unavailable')
  t.true((await page.$$('.day')).length >= 2)
  await page.click('.incident a.name')
  await untilPath(page, '/url')
  t.is(new URL(page.url()).searchParams.get('u'), URL_OF_LIST)
  t.deepEqual(problems, [])
})

inBrowser('no incident is lost between the first page and older ones while others begin', async (t) => {
  const COUNT = 60
  const monitor = monitorOf()
  const recorder = new TestRecorder(undefined, Date.now() - 86_400_000)
  recorder.register(...Array.from({ length: COUNT + 1 }, (_, id) => ({ url: `http://u${id}.example/` })))
  const fail = (id: number) => {
    recorder.now += 60_000
    recorder.record(down(id, { at: recorder.now }))
    recorder.history.flush()
  }
  for (let id = 0; id < COUNT; id++) fail(id)
  const { port } = await startApi(t, monitor, undefined, { recorder })
  const { page } = await browser.open(t, `http://127.0.0.1:${port}/incidents`)
  const count = async (wanted: number) => {
    await page.waitForFunction((n) => document.querySelectorAll('.incident').length === n, {}, wanted)
    t.pass()
  }
  await count(50)
  await page.click('button.more')
  await count(COUNT)
  fail(COUNT)
  monitor.take(up(0, { at: Date.now() }))
  await count(COUNT + 1)
})

for (const theme of ['light', 'dark'] as const)
  inBrowser(`is accessible: ${theme}`, async (t) => {
    const monitor = sampleList({ urls: 9, down: 1 })
    const recorder = new SampleRecorder(['https://a.example/'])
    const { port } = await startApi(t, monitor, undefined, { recorder })
    const { page } = await browser.open(t, addressOf(port, 'https://www.web.example/'), { theme })
    await page.waitForSelector('.uplot canvas')
    t.deepEqual(await violations(page), [])
    await page.goto(`http://127.0.0.1:${port}/incidents`)
    await page.waitForSelector('.incident')
    t.deepEqual(await violations(page), [])
  })
