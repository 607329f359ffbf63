import { fileURLToPath } from 'node:url'
import test from 'ava'
import { buildPage } from '../../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi } from '../../helpers/api-server.ts'
import { sourceCli } from '../../helpers/cli.ts'
import { startListening } from '../../helpers/listening.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { sampleList } from '../../helpers/sample-list.ts'
import { haveTool } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'
import { violations } from './accessibility.ts'
import { inBrowser, TestBrowser, untilPath, untilText } from './browser.ts'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

const run = haveTool('valkey-server') ? inBrowser : test.serial.skip

run('the machines of a cluster are shown, with what each has of the list', async (t) => {
  const valkey = await Valkey.start(t)
  const origin = await startOrigin(t)
  // Another machine was heard a while ago.
  const says = '{"urls":7,"batches":3,"zone":"eu"}'
  await valkey.command(
    'HSET',
    '{headcount-headcount}:machines',
    'b-gone',
    `'run ${Date.now() - 60_000} ${says}'`,
  )
  const args = [`${origin.url}/`, '-i', '1s', '--cluster', valkey.url, '--node', 'a']
  const { url } = await startListening(t, args, { script: sourceCli })
  const { page, problems } = await browser.open(t, `${url}/`)
  await page.waitForSelector('nav a[href="/machines"]')
  await page.click('nav a[href="/machines"]')
  await untilPath(page, '/machines')
  await untilText(page, 'h1', '1 of 2 machines is gone.')
  await untilText(page, '.machine:first-child .facts-line', 'up · makes the plan')
  await untilText(page, '.machine:first-child .figure', '1 URL · 1 batch')
  await untilText(page, '.machine:last-child .facts-line', 'zone eu · gone')
  await untilText(page, '.sub', 'Each URL is polled by one of them at a time in each zone')
  await page.setViewport({ width: 360, height: 700 })
  t.true(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  t.deepEqual(await violations(page), [])
  await valkey.kill()
  await untilText(page, 'h1', 'There is no contact with the server of the cluster.')
  await untilText(page, '.sub', 'Nothing is polled until there is')
  await page.click('.logo')
  await untilText(page, '.unpolled', 'Nothing is polled: there is no contact with the server of the cluster.')
  t.true(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  t.deepEqual(await violations(page), [])
  t.deepEqual(problems, [])
})

inBrowser('a headcount alone has no machines', async (t) => {
  const { port } = await startApi(t, sampleList({ urls: 3, down: 0 }))
  const { page } = await browser.open(t, `http://127.0.0.1:${port}/machines`)
  await untilText(page, '.note', 'This headcount polls alone')
  await page.click('.logo')
  await untilPath(page, '/')
  await page.waitForSelector('nav a[href="/machines"]', { hidden: true })
  t.pass()
})
