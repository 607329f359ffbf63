import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Page } from 'puppeteer-core'
import { buildPage } from '../../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi, TestMonitor } from '../../helpers/api-server.ts'
import { down } from '../../helpers/state.ts'
import { inBrowser, TestBrowser, untilText } from './browser.ts'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

const HALF_HOUR_MS = 1_800_000

/** A URL that has been down for ten minutes. */
function brokenList(): TestMonitor {
  const monitor = new TestMonitor()
  monitor.add(0, 'https://a.example/0')
  const now = Date.now()
  monitor.take(down(0, { at: now - 600_000 }), down(0, { at: now }))
  return monitor
}

/** Sets the clock of the viewer for all that the page loads from now on. */
async function setClock(page: Page, byMs: number): Promise<void> {
  await page.evaluateOnNewDocument((ms) => {
    const real = Date.now
    Date.now = () => real() + ms
  }, byMs)
}

for (const [name, byMs] of [
  ['ahead', HALF_HOUR_MS],
  ['behind', -HALF_HOUR_MS],
] as const)
  inBrowser(`how long ago something was does not depend on the clock of the viewer: ${name}`, async (t) => {
    const { port } = await startApi(t, brokenList())
    const { page, problems } = await browser.open(t, 'about:blank')
    await setClock(page, byMs)
    await page.goto(`http://127.0.0.1:${port}/`)
    await untilText(page, '.attention time', '10 min')
    await page.goto(`http://127.0.0.1:${port}/url?u=${encodeURIComponent('https://a.example/0')}`)
    await untilText(page, '.facts time', '10 min')
    t.deepEqual(problems, [])
  })

inBrowser('a server that is silent is noticed though the clock of the viewer was set back', async (t) => {
  const silentMs = 600_000
  const times = { changesMs: 250, summaryMs: silentMs, heartbeatMs: silentMs }
  const { port } = await startApi(t, brokenList(), times)
  const { page } = await browser.open(t, `http://127.0.0.1:${port}/`)
  await untilText(page, '.connection', 'live')
  await page.evaluate((ms) => {
    const [at, monotonic] = [Date.now.bind(Date), performance.now.bind(performance)]
    Date.now = () => at() - ms
    performance.now = () => monotonic() + 13_000
  }, HALF_HOUR_MS)
  await untilText(page, '.connection', 'no connection since')
  t.pass()
})
