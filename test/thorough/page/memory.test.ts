import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { buildPage } from '../../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi } from '../../helpers/api-server.ts'
import { sampleList } from '../../helpers/sample-list.ts'
import { down, up } from '../../helpers/state.ts'
import { inBrowser, TestBrowser, untilText } from './browser.ts'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

const URLS = 10_000
/** A thousand polls a second, of which 60 change the verdict. */
const TICK_MS = 100
const POLLS_PER_TICK = 100
const TURNS_PER_TICK = 6

const WARM_UP_MS = 20_000
/** 600 for the ten minutes that docs/page.md tells of. */
const SECONDS = Number(process.env['TESTS_TAB_SECONDS'] ?? 60)
const MAX_GROWTH_BYTES = 1_500_000

inBrowser('the script memory of a tab stays flat while 10,000 URLs are polled', async (t) => {
  t.timeout((SECONDS + 120) * 1_000)
  const monitor = sampleList({ urls: URLS })
  const { port } = await startApi(t, monitor)
  const { page } = await browser.open(t, `http://127.0.0.1:${port}/`)
  await untilText(page, 'h1', 'URLs are up')
  const devtools = await page.createCDPSession()
  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    return (await page.metrics()).JSHeapUsedSize ?? Number.NaN
  }
  let at = 0
  const isDown = new Set<number>()
  const timer = setInterval(() => {
    for (let n = 0; n < POLLS_PER_TICK; n++) {
      const id = (at += 7_919) % URLS
      if (n < TURNS_PER_TICK) isDown[isDown.has(id) ? 'delete' : 'add'](id)
      monitor.take(isDown.has(id) ? down(id, { at: Date.now() }) : up(id, { at: Date.now() }))
    }
  }, TICK_MS)
  t.teardown(() => clearInterval(timer))
  await sleep(WARM_UP_MS)
  const before = await heap()
  await sleep(SECONDS * 1_000)
  const after = await heap()
  t.log(`${(before / 1e6).toFixed(2)} MB, ${SECONDS} s later ${(after / 1e6).toFixed(2)} MB`)
  t.true(after - before <= MAX_GROWTH_BYTES, `${before} bytes, ${SECONDS} s later ${after}`)
})
