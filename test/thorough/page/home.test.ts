import type { Page } from 'puppeteer-core'
import { PAGE_FOLDER, startApi, TestMonitor } from '../../helpers/api-server.ts'
import { sampleList } from '../../helpers/sample-list.ts'
import { down, up } from '../../helpers/state.ts'
import { buildPage } from '../../../scripts/build-page.ts'
import { violations } from './accessibility.ts'
import { inBrowser, TestBrowser, textOf, untilPath, untilText } from './browser.ts'
import test from 'ava'
import { fileURLToPath } from 'node:url'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

const pageOf = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}/`

/** Names of the URLs in the list, not those that need attention. */
const listed = (page: Page) =>
  page.$$eval('.all .row .name', (names) => names.map((name) => name.textContent))

inBrowser('says what is down, shows why, and its title says it too', async (t) => {
  const { page, problems } = await browser.open(
    t,
    pageOf(await startApi(t, sampleList({ urls: 500, down: 3, unknown: 2 }))),
  )
  await untilText(page, '.attention .why', '503 Service Unavailable')
  t.is(await textOf(page, 'h1'), '3 of 500 URLs are down')
  t.is(await page.title(), '3 down · headcount')
  t.is((await page.$$('.attention a.row')).length, 6)
  await untilText(page, '.attention .why', 'certificate expires in')
  t.deepEqual(problems, [])
})

inBrowser('is live: what changes is shown without loading it again', async (t) => {
  const monitor = sampleList({ urls: 40 })
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, monitor)))
  await untilText(page, 'h1', 'All 40 URLs are up')
  monitor.take(down(7, { at: Date.now(), detail: 'no answer in time (wait)' }))
  await untilText(page, 'h1', '1 of 40 URLs is down')
  await untilText(page, '.attention .why', 'timeout: no answer in time (wait)')
  monitor.take(up(7, { at: Date.now() }))
  await untilText(page, 'h1', 'All 40 URLs are up')
  await page.waitForSelector('.attention .why.down', { hidden: true })
  // URLs that are new, and those that leave.
  monitor.add(40, 'https://new.example/')
  monitor.take(down(40, { at: Date.now() }))
  await untilText(page, 'h1', '1 of 41 URLs is down')
  monitor.remove(40)
  await untilText(page, 'h1', 'All 40 URLs are up')
  t.deepEqual(problems, [])
})

inBrowser('URLs that are new are on the page although they are polled all the time', async (t) => {
  const monitor = sampleList({ urls: 40 })
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, monitor)))
  await untilText(page, 'h1', 'All 40 URLs are up')
  monitor.add(40, 'https://new.example/')
  monitor.take(down(40, { at: Date.now() }))
  const timer = setInterval(() => monitor.take(down(40, { at: Date.now() })), 100)
  t.teardown(() => clearInterval(timer))
  await untilText(page, 'h1', '1 of 41 URLs is down')
  t.deepEqual(problems, [])
})

inBrowser('bars show the last polls of each URL, with a text for those who do not see them', async (t) => {
  const monitor = sampleList({ urls: 40 })
  for (let n = 0; n < 60; n++)
    monitor.take(n % 20 === 0 ? down(7, { at: Date.now() }) : up(7, { at: Date.now(), durationMs: 100 }))
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, monitor)))
  await page.waitForSelector('.all a.row .polls svg')
  const bars = await page.$$eval('.all .row .polls svg', (all) =>
    all.map((svg) => [
      svg.getAttribute('aria-label') ?? '',
      [...svg.querySelectorAll('path')].map(
        (path) => `${path.getAttribute('class')} ${path.getAttribute('d')?.split('M').length}`,
      ),
    ]),
  )
  t.is(bars.length, 40)
  t.true(
    bars.some(
      ([text, paths]) =>
        String(text).startsWith('the last poll: up, the slowest in about ') && String(paths) === 'up 2',
    ),
  )
  const seven = bars.filter(([text]) =>
    String(text).startsWith('the last 50 polls: 2 not up, the slowest in about 94 ms'),
  )
  t.deepEqual(
    seven.map(([, paths]) => paths),
    [['up 49', 'down 3']],
  )
  t.deepEqual(await violations(page), [])
  await page.setViewport({ width: 360, height: 700 })
  await page.waitForSelector('.all a.row .polls svg', { hidden: true })
  t.deepEqual(problems, [])
})

/** Presses `/` until the page, which listens to keys only after its first drawing, has taken it. */
async function goToSearch(page: Page): Promise<void> {
  do await page.keyboard.press('/')
  while (!(await page.evaluate(() => document.activeElement instanceof HTMLInputElement)))
}

inBrowser('search and filters are in the address, by keyboard', async (t) => {
  const { page, problems } = await browser.open(
    t,
    pageOf(await startApi(t, sampleList({ urls: 300, down: 5 }))),
  )
  await page.waitForSelector('.all a.row')
  await goToSearch(page)
  await page.keyboard.type('www')
  await page.waitForFunction(() => location.search === '?q=www')
  await untilText(page, '.all .count', '25')
  t.true((await listed(page)).every((name) => name.startsWith('www')))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const second = await page.evaluate(() => document.activeElement?.querySelector('.name')?.textContent)
  t.is(second, (await listed(page))[1])
  await page.keyboard.press('Enter')
  await untilPath(page, '/url')
  await page.goBack()
  await page.waitForFunction(() => location.search === '?q=www')
  await untilText(page, '.all .count', '25')
  await goToSearch(page)
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => location.search === '')
  // A view that is shared.
  await page.goto(`${page.url()}?label.team=api&verdict=down&sort=slowest`)
  await untilText(page, '.all .tabs', 'team: api')
  await page.waitForSelector('.all a.row')
  t.true((await listed(page)).every((name) => name.includes('.api.example')))
  t.deepEqual(problems, [])
})

inBrowser('End goes to the last row of all, and what is in between comes when one goes back', async (t) => {
  const monitor = sampleList({ urls: 2_000 })
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, monitor)))
  await page.waitForSelector('.all a.row')
  const [first = ''] = await listed(page)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href') ?? '')
  await page.focus('.all a.row')
  await page.keyboard.press('End')
  const lastUrl = encodeURIComponent(monitor.map.url(1_999 as never))
  const untilLast = () =>
    page.waitForFunction(
      (wanted) => document.activeElement?.getAttribute('href')?.includes(wanted),
      {},
      lastUrl,
    )
  await untilLast()
  t.regex(await textOf(page, '.all .list'), /1,\d\d0 more in between/)
  await page.keyboard.press('ArrowUp')
  t.false((await focused()).includes(lastUrl))
  await page.keyboard.press('End')
  await untilLast()
  // The page after those that were there.
  const between = encodeURIComponent(monitor.map.url(140 as never))
  await page.waitForFunction(
    (wanted) => {
      document.querySelector('.all .list .note')?.scrollIntoView({ block: 'center' })
      return [...document.querySelectorAll('.all a.row')].some((row) =>
        row.getAttribute('href')?.includes(wanted),
      )
    },
    { polling: 100 },
    between,
  )
  await page.focus('.all a.row')
  await page.keyboard.press('Home')
  await page.waitForFunction(
    (name) => document.activeElement?.querySelector('.name')?.textContent === name,
    {},
    first,
  )
  t.deepEqual(problems, [])
})

inBrowser('Home goes to the first row of all, also where its page has left the document', async (t) => {
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, sampleList({ urls: 2_000 }))))
  await page.waitForSelector('.all a.row')
  const [first = ''] = await listed(page)
  // Far enough for the first page to be taken out.
  while ((await listed(page))[0] === first) {
    await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.all a.row')].at(-1)?.focus())
    await page.evaluate(() => document.activeElement?.scrollIntoView())
    await page.waitForFunction(() => document.querySelector('.all .skeleton') === null)
  }
  await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.all a.row')].at(-1)?.focus())
  await page.keyboard.press('Home')
  await page.waitForFunction(
    (name) => document.activeElement?.querySelector('.name')?.textContent === name,
    {},
    first,
  )
  t.is((await listed(page))[0], first)
  t.deepEqual(problems, [])
})

inBrowser('on a phone the path of a URL is on more lines, not cut', async (t) => {
  const monitor = new TestMonitor('one', () => performance.now())
  const path = '/api/v2/customers/orders/pending'
  monitor.add(0, `http://192.168.127.254:27180${path}`)
  monitor.take(up(0, { at: Date.now() }))
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, monitor)), {
    width: 360,
    height: 700,
  })
  await page.waitForSelector('.all a.row .rest')
  const sizes = await page.$eval('.all a.row', (row) => {
    const [name, rest] = [row.querySelector('.name'), row.querySelector('.rest')].map((one) =>
      one?.getBoundingClientRect(),
    )
    return { name: name?.bottom ?? 0, rest: rest?.bottom ?? 0, right: rest?.right ?? 0 }
  })
  t.is(await textOf(page, '.all a.row .rest'), path)
  t.true(sizes.rest <= sizes.name + 1 && sizes.right <= 360, JSON.stringify(sizes))
  t.deepEqual(problems, [])
})

inBrowser('the wall: arrow keys walk, hover names the URL, Enter and a click open it', async (t) => {
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, sampleList({ urls: 60 }))))
  await page.waitForSelector('.wall canvas')
  await page.focus('.wall')
  await page.keyboard.press('Home')
  await untilText(page, '.tip', 'www.web.example')
  await page.keyboard.press('ArrowDown')
  await untilText(page, '.tip', 'cdn.web.example /health')
  await page.keyboard.press('Enter')
  await untilPath(page, '/url')
  t.is(new URL(page.url()).searchParams.get('u'), 'https://cdn.web.example/health')
  await page.goBack()
  const canvas = await page.waitForSelector('.wall canvas')
  const box = await canvas?.boundingBox()
  await page.mouse.move((box?.x ?? 0) + 3, (box?.y ?? 0) + 3)
  await untilText(page, '.tip', 'www.web.example')
  await page.mouse.down()
  await page.mouse.up()
  await untilPath(page, '/url')
  t.deepEqual(problems, [])
})

inBrowser(
  'the server restarts while the page is open: it says so, keeps what it knew, comes back',
  async (t) => {
    const first = await startApi(t, sampleList({ urls: 40 }))
    const { page } = await browser.open(t, pageOf(first))
    await untilText(page, '.connection', 'live')
    await untilText(page, '.all .count', '40')
    await first.close()
    await untilText(page, '.connection', 'no connection since')
    t.regex(await textOf(page, '.connection'), /^no connection since \d\d:\d\d:\d\d$/)
    await page.waitForFunction(() => document.title === 'no connection · all up · headcount', {
      polling: 100,
    })
    t.is(await textOf(page, 'h1'), 'All 40 URLs are up')
    t.is((await listed(page)).length, 40)
    const options = { port: first.port }
    await startApi(t, sampleList({ urls: 41, down: 1, epoch: 'two' }), undefined, options)
    await untilText(page, '.connection', 'live')
    await untilText(page, 'h1', '1 of 41 URLs is down')
    await untilText(page, '.all .count', '41')
  },
)

inBrowser('an answer that never comes is given up, and asked for again', async (t) => {
  const first = await startApi(t, sampleList({ urls: 40 }))
  const { page } = await browser.open(t, pageOf(first))
  await untilText(page, '.connection', 'live')
  await page.evaluate(() => {
    const { timeout } = AbortSignal
    AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / 60)
  })
  await first.close()
  await untilText(page, '.connection', 'no connection since')
  const asked: string[] = []
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    asked.push(pathname)
    if (asked.filter((one) => one === pathname).length > 1 || pathname !== '/api/v1/summary')
      void request.continue()
  })
  await startApi(t, sampleList({ urls: 41, down: 1, epoch: 'two' }), undefined, { port: first.port })
  await untilText(page, 'h1', '1 of 41 URLs is down')
  t.true(asked.filter((one) => one === '/api/v1/summary').length > 1)
})

inBrowser('what comes from servers is text, whatever it is', async (t) => {
  const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>"'\u202E\u2066${'long '.repeat(2_000)}`
  const monitor = new TestMonitor()
  for (let id = 0; id < 4; id++)
    monitor.add(id, `https://a.example/${id}?q=${encodeURIComponent('<script>"')}`, {
      labels: JSON.stringify({
        team: id < 2 ? hostile : '<b>b</b>',
        name: id === 3 ? 'שלום עולם 🚀' : hostile,
      }),
    })
  monitor.take(
    down(0, { detail: hostile }),
    down(1, { reason: 'status', status: 500, statusText: hostile }),
    up(2),
    up(3),
  )
  const api = await startApi(t, monitor)
  const { page, problems } = await browser.open(t, pageOf(api), { width: 360 })
  await untilText(page, '.attention .name', '<script>alert(1)</script>')
  t.is((await page.$$('script:not([src]), img')).length, 0)
  t.is(await page.evaluate(() => document.documentElement.scrollWidth), 360)
  t.deepEqual(problems, [])
})

for (const theme of ['light', 'dark'] as const)
  inBrowser(`is accessible: ${theme}`, async (t) => {
    const { page } = await browser.open(
      t,
      pageOf(await startApi(t, sampleList({ urls: 80, down: 3, unknown: 2 }))),
      { theme },
    )
    await page.waitForSelector('.all a.row')
    t.deepEqual(await violations(page), [])
  })

inBrowser('Back from a URL returns to its row', async (t) => {
  const { page, problems } = await browser.open(t, pageOf(await startApi(t, sampleList({ urls: 500 }))))
  await page.waitForSelector('.all a.row')
  const scrolled = async (to: number) => {
    // The list grows as its pages come.
    await page.waitForFunction(
      (y) => {
        scrollTo(0, y)
        const rows = [...document.querySelectorAll('.all a.row')]
        return scrollY === y && rows.some((row) => row.getBoundingClientRect().top > 300)
      },
      { polling: 100 },
      to,
    )
  }
  for (const y of [2_000, 4_000, 6_000, 8_000]) await scrolled(y)
  const opened = await page.evaluate(() => {
    const rows = [...document.querySelectorAll<HTMLElement>('.all a.row')]
    const row = rows.find((one) => one.getBoundingClientRect().top > 300)
    const at = { href: row?.getAttribute('href'), top: row?.getBoundingClientRect().top, y: scrollY }
    row?.click()
    return at
  })
  await page.waitForSelector('.facts')
  await page.goBack()
  await page.waitForFunction(
    (href) => document.activeElement?.getAttribute('href') === href,
    { polling: 100 },
    opened.href,
  )
  const top = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? 0)
  t.true(Math.abs(top - (opened.top ?? 0)) < 200, `${top} is not near ${opened.top}`)
  const y = await page.evaluate(() => scrollY)
  t.true(y > 4_000, `scrolled to ${y}, and before to ${opened.y}`)
  t.deepEqual(problems, [])
})

inBrowser('the counts of a group are shown however long its name is', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 12; id++) {
    const team = id < 6 ? 'a name that is much longer than its six squares are wide' : 'short'
    monitor.add(id, `https://host-${id}.example/`, { labels: JSON.stringify({ team }) })
    monitor.take((id < 3 ? down : up)(id, { at: Date.now() }))
  }
  const { page } = await browser.open(t, pageOf(await startApi(t, monitor)), { width: 1600 })
  await untilText(page, '.wall figcaption .down', '3 down')
  t.true(
    await page.$eval('.wall figcaption:has(.down)', (caption) => {
      const count = caption.querySelector('.down')
      return (count?.getBoundingClientRect().right ?? Infinity) <= caption.getBoundingClientRect().right
    }),
  )
})
