import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { faultsOf } from '../helpers/output-schema.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const helper = (name: string) => fileURLToPath(new URL(`../helpers/${name}.ts`, import.meta.url))

limitConcurrency(test, 2)

type Row = Readonly<Record<string, unknown>>

test('the API says what the JSON lines say, URL for URL', async (t) => {
  const origin = await startOrigin(t, ({ url = '' }, response) => {
    if (url === '/moved') response.writeHead(302, { location: '/ok' }).end()
    else response.writeHead(Number(/\d{3}/.exec(url)?.[0] ?? 200)).end()
  })
  const list = join(directoryOf(t), 'urls.txt')
  const lines = [
    `${origin.url}/ok label.team=web`,
    `${origin.url}/404 label.team=api`,
    `${origin.url}/503 down-after=2`,
    `${origin.url}/moved`,
    `http://me:secret@127.0.0.1:${origin.port}/ok`,
    'http://127.0.0.1:1/refused',
    `tcp://127.0.0.1:${origin.port}`,
    `${origin.url}/child parent=http://127.0.0.1:1/refused`,
  ]
  writeFileSync(list, `${lines.join('\n')}\n`)
  const flags = ['--interval', '30s', '-t', '3s', '-H', 'X-Key: secret', '-f', list]
  const { program, get } = await startListening(t, flags)
  await program.until(({ json }) => json.filter(({ type }) => type === 'state').length >= lines.length)
  const printed = new Map(
    program.json.filter(({ type }) => type === 'state').map((line) => [line['url'], line]),
  )
  const { text } = await get('/api/v1/urls')
  t.false(text.includes('secret'))
  const { urls, matches } = JSON.parse(text) as { urls: Row[]; matches: number }
  t.is(matches, lines.length)
  const settingsOf = new Map<string, readonly string[]>()
  for (const { since, id, ...row } of urls) {
    // What its parent takes from it is printed with its next poll.
    const {
      previousVerdict,
      since: printedSince,
      consecutive,
      ...line
    } = printed.get(String(row['url'])) ?? {}
    // The API has a count where settings decide the verdict from it.
    const counted = 'answer' in line ? { ...line, consecutive } : line
    if (row['reason'] !== 'parent') {
      t.deepEqual(row, counted, String(row['url']))
      t.is(since, printedSince)
    }
    t.is(previousVerdict, 'pending')
    t.is(typeof since, 'string')
    const one = JSON.parse((await get(`/api/v1/url?u=${encodeURIComponent(String(row['url']))}`)).text) as Row
    const { uptime, latest, settings, maintenance, ...rest } = one
    t.false(maintenance)
    t.deepEqual(rest, { ...row, since, id })
    settingsOf.set(String(row['url']), settings as string[])
    // Null while the recorder does not answer.
    t.true(Array.isArray(latest) === (uptime !== null))
  }
  for (const settings of settingsOf.values()) {
    t.true(['interval=30s', 'timeout=3s', 'header.X-Key=…'].every((one) => settings.includes(one)))
    t.false(settings.join().includes('secret'))
  }
  t.true(settingsOf.get(`${origin.url}/503`)?.includes('down-after=2'))
  t.deepEqual(
    [...settingsOf.values()].map((settings) => settings.includes('auth=basic:…')),
    urls.map(({ url }) => /#\d$/.test(String(url))),
  )
  const summary = JSON.parse((await get('/api/v1/summary')).text) as Row
  t.is(faultsOf(summary), '')
  t.is(summary['urls'], lines.length)
  t.true(Number(summary['polls']) >= lines.length)
})

const goesOn = test.macro(
  async (t, preload: string, env: Readonly<Record<string, string>>, lost: RegExp, resets: boolean) => {
    let status = 200
    const origin = await startOrigin(t, (_, response) => void response.writeHead(status).end())
    const mark = join(directoryOf(t), 'mark')
    const { program, url } = await startListening(t, ['--interval', '200ms', `${origin.url}/`], {
      env: { NODE_OPTIONS: `--import ${helper(preload)}`, FAULT_MARK: mark, ...env },
    })
    const events = follow(t, `${url}/api/v1/events`)
    await waitUntil(() => events.text.includes('event: summary'))
    writeFileSync(preload === 'web-fault' ? mark : `${mark}-now`, '')
    await program.until(({ stderr }) => lost.test(stderr))
    // What changes before a reset is in the list, which a client then reads again.
    await waitUntil(() => events.text.includes('event: reset') === resets)
    status = 500
    await waitUntil(() => /^event: state\n(?:id: .*\n)?data: .*"status":500/m.test(events.text))
    t.is(events.text.includes('event: reset'), resets)
  },
)

/** Reads events, and connects again as a browser does. */
function follow(t: ExecutionContext, url: string) {
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const stream = { text: '', connections: 0 }
  const read = async () => {
    while (!abort.signal.aborted) {
      const lastId = [...stream.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1]
      try {
        const headers = lastId === undefined ? {} : { 'last-event-id': lastId }
        const response = await fetch(url, { headers, signal: abort.signal })
        stream.connections++
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
          stream.text += Buffer.from(chunk).toString()
      } catch {
        // Cut off: it connects again.
      }
    }
  }
  void read()
  return stream
}

test(
  'events go on when the monitor is replaced, after a reset',
  goesOn,
  'fault',
  { FAULT_MONITOR: 'exit', FAULT_LATER: '1' },
  /The monitor ended/,
  true,
)
test(
  'events go on when the web thread is replaced: nothing was missed',
  goesOn,
  'web-fault',
  { FAULT_KIND: 'exit' },
  /The web thread ended/,
  false,
)
