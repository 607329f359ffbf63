import { fileURLToPath } from 'node:url'
import test from 'ava'
import { buildPage } from '../../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi } from '../../helpers/api-server.ts'
import { sampleList } from '../../helpers/sample-list.ts'
import { down } from '../../helpers/state.ts'
import { inBrowser, TestBrowser, textOf, untilText } from './browser.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import type { TestPage } from './browser.ts'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

/** More than the connections that a browser has for each server. */
const PAGES = 8

inBrowser('pages one after the other in a tab all load, and live again on the way back', async (t) => {
  const monitor = sampleList({ urls: PAGES })
  const { port } = await startApi(t, monitor)
  const addresses = Array.from({ length: PAGES }, (_, id) => {
    return `http://127.0.0.1:${port}/url?u=${encodeURIComponent(monitor.map.url(id as ResourceId))}`
  })
  const { page, problems } = await browser.open(t, `http://127.0.0.1:${port}/`)
  for (const address of addresses) {
    await page.goto(address)
    await untilText(page, '.facts .now', 'up')
    await untilText(page, '.connection', 'live')
  }
  monitor.take(down(PAGES - 2, { at: Date.now() }))
  await page.goBack()
  await untilText(page, '.facts .now', 'down')
  await untilText(page, '.connection', 'live')
  t.deepEqual(problems, [])
})

inBrowser('a tab that is shown again says nothing of before as if it was of now', async (t) => {
  const monitor = sampleList({ urls: 40 })
  const { port } = await startApi(t, monitor)
  const { page } = await browser.open(t, `http://127.0.0.1:${port}/`)
  await untilText(page, 'h1', 'All 40 URLs are up')
  await untilText(page, '.connection', 'live')
  // Hidden, it asks for its title only.
  const resting = page.waitForRequest((request) => request.url().endsWith('/api/v1/summary'))
  await browser.open(t, 'about:blank')
  await resting
  monitor.take(down(7, { at: Date.now() }))
  await page.waitForFunction(() => document.title === '1 down · headcount', { polling: 500 })
  // The wall is slow to come.
  const wall = Promise.withResolvers<void>()
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    if (!new URL(request.url()).pathname.endsWith('/wall')) return void request.continue()
    wall.resolve()
    setTimeout(() => void request.continue().catch(() => {}), 3_000)
  })
  await page.bringToFront()
  await wall.promise
  t.is(await page.title(), '1 down · headcount')
  t.is(await textOf(page, 'h1'), '1 of 40 URLs is down')
  t.is(await textOf(page, '.connection'), 'connecting')
  await untilText(page, '.connection', 'live')
  t.is(await textOf(page, 'h1'), '1 of 40 URLs is down')
})

inBrowser('many tabs all load, hidden ones keep their titles, and live again when shown', async (t) => {
  const monitor = sampleList({ urls: 40 })
  const { port } = await startApi(t, monitor)
  const tabs: TestPage[] = []
  for (let n = 0; n < PAGES; n++) {
    const tab = await browser.open(t, `http://127.0.0.1:${port}/`)
    await untilText(tab.page, 'h1', 'All 40 URLs are up')
    await untilText(tab.page, '.connection', 'live')
    tabs.push(tab)
  }
  monitor.take(down(7, { at: Date.now() }))
  const [first] = tabs
  if (first === undefined) return t.fail()
  await first.page.waitForFunction(() => document.title === '1 down · headcount', { polling: 500 })
  t.true(await first.page.evaluate(() => document.hidden))
  await first.page.bringToFront()
  await untilText(first.page, 'h1', '1 of 40 URLs is down')
  t.deepEqual(
    tabs.flatMap(({ problems }) => problems),
    [],
  )
})
