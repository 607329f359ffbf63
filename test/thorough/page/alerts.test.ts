import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { buildPage } from '../../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi } from '../../helpers/api-server.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startListening } from '../../helpers/listening.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { sampleList } from '../../helpers/sample-list.ts'
import { sourceCli } from '../../helpers/cli.ts'
import { waitUntil } from '../../helpers/wait-until.ts'
import { violations } from './accessibility.ts'
import { inBrowser, TestBrowser, textOf, untilPath, untilText } from './browser.ts'

const browser = new TestBrowser()

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

inBrowser('what fires is acknowledged and silenced by keyboard, and silences end', async (t) => {
  const { origin, received } = await receiverServer(t)
  const dead = `http://127.0.0.1:${await freePort()}/`
  const config = join(directoryOf(t), 'headcount.yml')
  writeFileSync(
    config,
    `receivers: { ops: { webhook: '${origin}/hook' } }
alerts:
  - { name: web, to: ops, match: { team: '!~web' }, down: true, group-wait: 0s }
  - { name: other, to: ops, down: true, group-wait: 0s, severity: warning }
maintenance: [{ name: sunday updates, match: { team: other }, from: 2020-01-01, to: 2120-01-01 }]
interval: 100ms
urls: ['${dead} label.team=!odd label.site=b', '${dead}other label.team=web', '${dead}plain']
`,
  )
  const { url } = await startListening(t, ['-c', config], { script: sourceCli })
  await waitUntil(() => received.length > 1)
  const { page, problems } = await browser.open(t, `${url}/`)
  await page.waitForSelector('nav a[href="/alerts"]')
  await page.click('nav a[href="/alerts"]')
  await untilPath(page, '/alerts')
  await untilText(page, '.sub', '3 alerts, the oldest first.')
  await untilText(page, '.alert .why', 'refused')
  await untilText(page, '.alert .facts-line', 'critical · rule web · told')
  await untilText(page, '.alert .facts-line', 'warning · rule other · told')
  t.deepEqual(await violations(page), [])
  t.is(
    await page.$eval('.alert a.name', (link) => new URL((link as HTMLAnchorElement).href).pathname),
    '/url',
  )

  const press = async (label: string) => {
    await page.focus(`button[aria-label="${label}"]`)
    await page.keyboard.press('Enter')
    await page.waitForSelector('form.act')
  }
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  // Escape leads back to where the form was opened.
  await press(`acknowledge ${dead}other`)
  await page.keyboard.press('Escape')
  await page.waitForSelector('form.act', { hidden: true })
  t.is(await focused(), `acknowledge ${dead}other`)
  await press(`acknowledge ${dead}other`)
  await page.keyboard.type('me')
  await page.keyboard.press('Enter')
  await untilText(page, '.alert .facts-line', 'rule other · acknowledged by me')

  await press(`silence ${dead}`)
  t.deepEqual(await violations(page), [])
  t.deepEqual(await page.$$eval('form.act fieldset label', (all) => all.map((one) => one.textContent)), [
    `URL: ${dead}`,
    'site: b',
    'team: !odd',
  ])
  await page.focus('form.act > label:last-of-type input')
  await page.keyboard.type('new disks')
  await page.keyboard.press('Enter')
  await untilText(page, '.alert .facts-line', 'rule web · muted')
  await untilText(page, '.alert .name', 'site: b, team: ~!odd')
  await untilText(page, '.alert .facts-line', 'by me: new disks')
  await untilText(page, '.alert .figure', 'ends in 1 h 59 min')
  // An alert without labels is silenced by its URL.
  await press(`silence ${dead}plain`)
  await page.waitForSelector('form.act fieldset input:checked')
  await page.focus('form.act button[type=submit]')
  await page.keyboard.press('Enter')
  await untilText(page, '.alert .name', `${dead}plain`)
  await page.focus(`button[aria-label="end the silence of ${dead}plain"]`)
  await page.keyboard.press('Enter')
  await page.waitForSelector(`button[aria-label="silence ${dead}plain"]`)
  await untilText(page, 'section[aria-labelledby=maintenance] .name', 'sunday updates')
  await untilText(page, 'section[aria-labelledby=maintenance] .facts-line', 'open · team: other')
  await page.focus('button[aria-label^="end the silence"]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#silences', { hidden: true })
  // It is not muted any more.
  await page.waitForSelector(`button[aria-label="silence ${dead}"]`)
  t.deepEqual(problems, [])
  // What the server refuses is said.
  await page.setRequestInterception(true)
  page.on('request', (request) =>
    request.method() === 'POST'
      ? void request.respond({ status: 403, body: '{"error":"only requests from this machine"}' })
      : void request.continue(),
  )
  await press(`silence ${dead}`)
  await page.focus('form.act button[type=submit]')
  await page.keyboard.press('Enter')
  await untilText(page, 'form.act [role=alert]', 'only requests from this machine')
  await page.setViewport({ width: 360, height: 700 })
  t.true(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  t.deepEqual(await violations(page), [])
})

inBrowser('what receivers have not taken is shown, with what came back', async (t) => {
  const { origin } = await receiverServer(t, (response, { path }) => {
    response.writeHead(path === '/gone' ? 404 : 503)
    response.end('<b>no</b>')
  })
  const config = join(directoryOf(t), 'headcount.yml')
  writeFileSync(
    config,
    `receivers: { gone: { webhook: '${origin}/gone' }, busy: { webhook: '${origin}/busy' }, well: { exec: 'true' } }
alerts: [{ name: web, to: [gone, busy, well], down: true, group-wait: 0s }]
interval: 100ms
urls: ['http://127.0.0.1:${await freePort()}/']
`,
  )
  const { url } = await startListening(t, ['-c', config], { script: sourceCli })
  const { page, problems } = await browser.open(t, `${url}/alerts`)
  await untilText(page, '.alert .facts-line', 'rule web · told')
  await page.reload()
  await untilText(page, 'section[aria-labelledby=unsent] .facts-line', 'nobody was told · 1 attempt')
  await untilText(page, 'section[aria-labelledby=unsent] .facts-line', 'it is tried again · ')
  const items = await page.$$eval('section[aria-labelledby=unsent] .alert', (all) =>
    all.map((one) => one.textContent),
  )
  t.is(items.length, 2)
  t.regex(items[0] ?? '', /^gone web: down firingstatus 404/)
  t.regex(items[1] ?? '', /^busy web: down firingstatus 503/)
  t.deepEqual(await violations(page), [])
  t.deepEqual(problems, [])
})

inBrowser('what was sent last is shown, also when nothing fires', async (t) => {
  let status = 503
  const target = await receiverServer(t, (response) => response.writeHead(status).end())
  const { origin, received } = await receiverServer(t)
  const config = join(directoryOf(t), 'headcount.yml')
  writeFileSync(
    config,
    `receivers: { ops: { webhook: '${origin}/hook' } }
alerts: [{ name: web, to: ops, down: true, group-wait: 0s }]
interval: 100ms
urls: ['${target.origin}/']
`,
  )
  const { url } = await startListening(t, ['-c', config], { script: sourceCli })
  await waitUntil(() => received.length === 1)
  status = 200
  await waitUntil(() => received.length === 2)
  const { page, problems } = await browser.open(t, `${url}/alerts`)
  await untilText(page, '.sub', 'Nothing fires.')
  await untilText(page, 'section[aria-labelledby=sent] .alert:nth-child(2) .facts-line', 'sent')
  const items = await page.$$eval('section[aria-labelledby=sent] .alert', (all) =>
    all.map((one) => one.textContent),
  )
  t.is(items.length, 2)
  t.regex(items[0] ?? '', /^ops web: .*resolved/)
  t.regex(items[1] ?? '', /^ops web: .*firing/)
  t.deepEqual(await violations(page), [])
  t.deepEqual(problems, [])
})

inBrowser('without alerts nothing of them is shown, and nothing is asked', async (t) => {
  const { port } = await startApi(t, sampleList({ urls: 40 }))
  const { page, problems } = await browser.open(t, `http://127.0.0.1:${port}/`)
  await untilText(page, '.connection', 'live')
  t.is(await textOf(page, 'nav'), 'URLsIncidents')
  t.deepEqual(problems, [])
  await page.goto(`http://127.0.0.1:${port}/alerts`)
  await untilText(page, '.note', 'There are no alerts, or they cannot be read now')
})
