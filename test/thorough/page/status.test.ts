import type { ExecutionContext } from 'ava'
import type { Page } from 'puppeteer-core'
import { TestMonitor } from '../../helpers/api-server.ts'
import { down, up } from '../../helpers/state.ts'
import { labels, PAGE, startStatus } from '../../helpers/status-server.ts'
import { BEGIN, TestRecorder } from '../../helpers/test-recorder.ts'
import { violations } from './accessibility.ts'
import { inBrowser, TestBrowser, textOf, untilText } from './browser.ts'

const browser = new TestBrowser()

const HOSTILE = `<img src=x onerror="document.title='bad'"><script>document.title='bad'</script>"' \u202Eevil\u200F ${'x'.repeat(9_000)}`

/** A page of groups, with history, announcements and texts of all kinds. */
async function start(t: ExecutionContext) {
  const monitor = new TestMonitor()
  const recorder = new TestRecorder()
  const titles = ['Basket', 'Payment', 'Invoice', 'مرحبا بالعالم', '🛒 Cart', HOSTILE, 'A'.repeat(300)]
  const services = ['Checkout', 'Checkout', 'Checkout', 'متجر', 'Website', HOSTILE, 'Website']
  const urls = titles.map((title, id) => {
    const known = labels({ title, service: services[id] ?? '' })
    monitor.add(id, `https://a.example/${id}`, known)
    return { url: `https://a.example/${id}`, ...known }
  })
  recorder.register(...urls)
  for (const id of urls.keys()) {
    const state = (id === 1 ? down : up)(id, { at: BEGIN })
    recorder.record(state)
    monitor.take(state)
  }
  recorder.run(300_000)
  const page = {
    ...PAGE,
    group: 'service',
    announcements: [
      { text: HOSTILE, severity: 'warning', from: null, to: null },
      { text: 'Payment fails.', severity: 'critical', from: BEGIN, to: null },
    ],
  } as const
  const server = await startStatus(t, monitor, [page], { recorder })
  return { ...server, monitor, url: `http://127.0.0.1:${server.port}/status/shop` }
}

/** The list hides what is wider than it. */
function isWithinList(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const edge = document.querySelector('.list')?.getBoundingClientRect().right ?? 0
    const shown = [...document.querySelectorAll('.bars, .uptime')].map((one) => one.getBoundingClientRect())
    return shown.length > 0 && shown.every(({ left, right }) => left < right && right <= edge)
  })
}

for (const theme of ['light', 'dark'] as const)
  for (const width of [360, 1280, 3840])
    inBrowser(`is accessible and fits, ${theme}, ${width} px`, async (t) => {
      const { url } = await start(t)
      const { page, problems } = await browser.open(t, url, { theme, width })
      t.is(await page.title(), '1 of 7 services is down · Example Shop')
      await page.$$eval('details', (all) => {
        for (const one of all) one.open = true
      })
      t.deepEqual(await violations(page), [])
      t.is(await page.evaluate(() => document.documentElement.scrollWidth), width)
      t.true(await isWithinList(page), 'bars and uptimes are not clipped')
      t.is((await page.$$('main img, main script')).length, 0)
      t.deepEqual(problems, [])
    })

inBrowser('a group opens by keyboard, and without JavaScript', async (t) => {
  const { url } = await start(t)
  const { page, problems } = await browser.open(t, url)
  await page.setJavaScriptEnabled(false)
  await page.reload()
  const isOpen = () => page.$eval('details', (one) => one.open)
  t.false(await isOpen())
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  t.true(await isOpen())
  t.regex(await textOf(page, 'details'), /Payment/)
  t.deepEqual(problems, [])
})

inBrowser('puts in what has changed, and leaves open what is open', async (t) => {
  const { url, monitor, clock } = await start(t)
  const { page, problems } = await browser.open(t, url)
  // A minute is skipped, and the clock is set back: what the browser keeps for five seconds would still be fresh.
  await page.setCacheEnabled(false)
  await page.click('summary')
  const skip = () =>
    page.evaluate(() => {
      const [at, ms] = [Date.now(), performance.now()]
      Date.now = () => at - 3_600_000
      performance.now = () => ms + 61_000
      document.dispatchEvent(new Event('visibilitychange'))
    })
  const h1 = await page.$('h1')
  monitor.take(up(1), down(4))
  clock.monotonic += 11_000
  await skip()
  await untilText(page, 'h1', '1 of 7 services is down')
  await page.waitForFunction(() => document.querySelector('summary .word')?.textContent === 'up')
  t.true(await page.$eval('details', (one) => one.open))
  t.is(await page.evaluate(() => document.activeElement?.textContent.trim().slice(0, 8)), 'Checkout')
  t.true(await h1?.evaluate((one) => one.isConnected))

  clock.isAnswering = false
  clock.monotonic += 61_000
  await skip()
  await page.waitForSelector('.lost:not([hidden])')
  t.regex(await page.title(), /^No answer now · /)
  clock.isAnswering = true
  monitor.take(up(4))
  await skip()
  await untilText(page, 'h1', 'All 7 services are up')
  t.is(await page.title(), 'All 7 services are up · Example Shop')
  t.is((await page.$$('.lost:not([hidden])')).length, 0)
  // What the browser says of the status 503.
  t.deepEqual(
    problems.filter((line) => !line.includes('503')),
    [],
  )
})
