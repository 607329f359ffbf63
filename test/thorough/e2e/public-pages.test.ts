import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { limitConcurrency } from '../../helpers/limit-concurrency.ts'
import { startListening } from '../../helpers/listening.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount } from '../../helpers/program.ts'
import { textOf } from '../../helpers/status-server.ts'

limitConcurrency(test, 2)

/** A configuration with two pages of three URLs, one of which is down. */
async function setUp(t: ExecutionContext) {
  const origin = await startOrigin(t, ({ url }, response) => {
    response.writeHead(url === '/down' ? 503 : 200).end()
  })
  const directory = directoryOf(t)
  const path = join(directory, 'c.yml')
  const write = (title: string) =>
    writeFileSync(
      path,
      `interval: 1h
listen: 127.0.0.1:1
history: ${directory}/none/history.db
public:
  - { name: shop, title: "${title}", match: { page: shop }, logo: logo.svg }
  - { name: staff, match: { page: staff } }
groups:
  - labels: { page: shop }
    urls: [${origin.url}/up label.title=Basket, ${origin.url}/down label.title=Payment]
  - labels: { page: staff }
    urls: ${origin.url}/staff
`,
    )
  writeFileSync(join(directory, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  write('Our shop')
  return { directory, path, write, host: new URL(origin.url).host }
}

test('a page shows what is polled, and changes with the configuration', async (t) => {
  const { path, write, host } = await setUp(t)
  write('Our shop')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^(?:listen|history):.*\n/gm, ''))
  const { program, get, url } = await startListening(t, ['-c', path])
  await program.until(({ json }) => json.filter(({ type }) => type === 'state').length >= 3)
  const page = await get('/status/shop')
  t.regex(textOf(page.text), /^Our shop 1 of 2 services is down As of .* Basket up .* Payment down since/)
  t.notRegex(page.text, new RegExp(`${host}|\\b503\\b|staff`))
  const [, logo] = /<img src="([^"]+)"/.exec(page.text) ?? []
  t.is((await get(`/status/${logo}`)).headers.get('content-type'), 'image/svg+xml')

  write('Another shop')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^(?:listen|history):.*\n/gm, ''))
  t.is((await get('/-/reload', { method: 'POST' })).status, 200)
  // The web thread hears of it on a port of its own.
  while (!textOf((await get('/status/shop')).text).startsWith('Another shop ')) await nextTurn()

  // A directory gets the same page from it.
  const out = join(directoryOf(t), 'out')
  const exported = await headcount(t, ['export-page', out, '--from', url, '--page', 'shop'])
  t.deepEqual([exported.code, exported.stdout, exported.stderr], [0, '', ''])
  const html = readFileSync(join(out, 'shop', 'index.html'), 'utf8')
  t.regex(textOf(html), /^Another shop 1 of 2 services is down .* Incidents 90 days Payment down for/)
  for (const [, name] of html.matchAll(/(?:href|src)="(assets\/[^"]+)"/g))
    t.true(existsSync(join(out, 'shop', name as string)), name)
  const missing = await headcount(t, ['export-page', out, '--from', url, '--page', 'none'])
  t.deepEqual([missing.code, missing.stderr], [1, `error: export-page: ${url}/status/none: status 404\n`])
})

test('pages are written as files after one round of polls, beside a headcount that runs', async (t) => {
  const { directory, path, host } = await setUp(t)
  const out = join(directory, 'out')
  const { code, stdout } = await headcount(t, ['export-page', out, '-c', path, '--page=shop'])
  t.deepEqual([code, stdout], [0, ''])
  t.deepEqual(readdirSync(out), ['shop'])
  const html = readFileSync(join(out, 'shop', 'index.html'), 'utf8')
  t.regex(textOf(html), /^Our shop 1 of 2 services is down As of /)
  t.notRegex(html, new RegExp(`${host}|\\b503\\b|staff|Incidents`))
  const assets = readdirSync(join(out, 'shop', 'assets'))
  t.deepEqual(assets.map((name) => name.replace(/\.[\da-f]{12}\./, '.')).toSorted(), [
    'degraded.svg',
    'down.svg',
    'maintenance.svg',
    'refresh.js',
    'shop.css',
    'shop.svg',
    'unknown.svg',
    'up.svg',
  ])
  for (const [, name] of html.matchAll(/(?:href|src)="assets\/([^"]+)"/g))
    t.true(assets.includes(name as string))
})

test('pages are written once, too, where -- comes before URLs', async (t) => {
  const { directory, path, host } = await setUp(t)
  const out = join(directory, 'out')
  const ended = await headcount(t, ['export-page', out, '-c', path, '--page=shop', '--', `http://${host}/up`])
  t.deepEqual([ended.code, ended.stdout], [0, ''], ended.stderr)
  t.deepEqual(readdirSync(out), ['shop'])
})

test('pages that are written as files know the maintenance windows of the configuration', async (t) => {
  const { directory, path } = await setUp(t)
  // The configuration of a machine of a cluster, which is not asked.
  const window = '\nmaintenance: [{ from: 2020-01-01, to: 2120-01-01 }]\ncluster: redis://127.0.0.1:1\n'
  const maintained = join(directory, 'maintained.yml')
  writeFileSync(maintained, `${readFileSync(path, 'utf8')}${window}`)
  const out = join(directory, 'out')
  const { code, stderr } = await headcount(t, ['export-page', out, '-c', maintained, '--page=shop'])
  t.is(code, 0, stderr)
  const html = readFileSync(join(out, 'shop', 'index.html'), 'utf8')
  t.regex(textOf(html), /^Our shop Both services are in maintenance As of /)
})

test('what cannot be exported is said, with exit code 3', async (t) => {
  const { directory, path } = await setUp(t)
  const out = join(directory, 'out')
  const without = join(directory, 'without.yml')
  writeFileSync(without, 'urls: http://127.0.0.1:1/\n')
  const wrong = join(directory, 'wrong.yml')
  writeFileSync(wrong, 'public:\n  - { name: a/b, match: { p: 1 } }\n')
  for (const [args, why] of [
    [['-c', path], /^error: export-page: name a directory first/],
    [[out], /nothing to poll/],
    [[out, '-c', without], /^error: export-page: the configuration has no public pages \(public:\)\n$/],
    [[out, '-c', path, '--page', 'shp'], /^error: export-page: there is no page "shp": was shop meant\?\n$/],
    [[out, '--page'], /^error: export-page: --page needs a value\n$/],
    [[out, '--page', '../x'], /^error: export-page: --page: "\.\.\/x" is not the name of a page\n$/],
    [[out, '--from', 'http://127.0.0.1:1/'], /^error: export-page: --from needs --page NAME/],
    [[out, '--from', 'here'], /^error: export-page: --from: a URL begins with/],
    [
      [out, '--from', 'http://127.0.0.1:1', '--page', 'a', '-c', path],
      /^error: export-page: "-c" has no effect with --from/,
    ],
    [[out, '-c', wrong], /wrong\.yml:2:13: name: not a segment of a path/],
  ] as const) {
    const { code, stderr } = await headcount(t, ['export-page', ...args])
    t.is(code, 3, args.join(' '))
    t.regex(stderr, why)
  }
  t.false(existsSync(out))
  const help = await headcount(t, ['export-page', '--help'])
  t.is(help.code, 0)
  t.regex(help.stdout, /^Usage: headcount export-page DIR/)
})
