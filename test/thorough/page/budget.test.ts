import { globSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { buildPage } from '../../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi } from '../../helpers/api-server.ts'
import { sampleList } from '../../helpers/sample-list.ts'
import { inBrowser, TestBrowser, untilText } from './browser.ts'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

/** As many bytes as a browser gets that accepts gzip only. */
const MAX_FIRST_VIEW = 60_000
const MAX_ALL = 200_000

test('all files of the page are small', (t) => {
  const sizes = globSync('**/*.gz', { cwd: fileURLToPath(PAGE_FOLDER) }).map(
    (name) => statSync(new URL(name, PAGE_FOLDER)).size,
  )
  t.true(sizes.length >= 6)
  t.true(sizes.reduce((sum, size) => sum + size, 0) <= MAX_ALL)
})

inBrowser('under a prefix, the first view of a long list is small and asks no other server', async (t) => {
  const { port } = await startApi(t, sampleList({ urls: 20_000, down: 3 }), undefined, {
    prefix: '/some/path',
  })
  const address = `http://127.0.0.1:${port}/some/path/`
  const { page, problems } = await browser.open(t, address)
  await untilText(page, '.all .count', '20,000')
  await page.waitForSelector('.all a.row')
  const loaded = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(
      (entry) => {
        const { name, transferSize } = entry as PerformanceResourceTiming
        return { name, transferSize }
      },
    ),
  )
  t.true(loaded.length >= 6)
  t.deepEqual(
    loaded.filter(({ name }) => !name.startsWith(address)),
    [],
  )
  t.true(loaded.reduce((sum, { transferSize }) => sum + transferSize, 0) <= MAX_FIRST_VIEW)
  t.deepEqual(problems, [])
})
