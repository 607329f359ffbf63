import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount } from '../helpers/program.ts'
import { startPrometheus } from '../helpers/prometheus.ts'
import type { StoredSample } from '../helpers/prometheus.ts'
import { testWith } from '../helpers/tool.ts'

limitConcurrency(test, 3)

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0'

/** Servers that answer in different ways; the list names some with labels. */
async function startServers(t: ExecutionContext): Promise<{ list: string; urls: number }> {
  const origin = await startOrigin(t, (request, response) => {
    const path = request.url ?? ''
    if (path === '/silent') return
    if (path === '/reset') return void request.socket.destroy()
    if (path === '/flapping') return void response.writeHead(Date.now() % 2 === 0 ? 200 : 503).end()
    if (path === '/moved') return void response.writeHead(302, { location: '/ok' }).end()
    response.writeHead(Number(/\d{3}/.exec(path)?.[0] ?? 200)).end()
  })
  const { cert, key } = await (await Authority.create()).issue([{ type: 'ip', value: '127.0.0.1' }])
  const secure = createServer({ cert, key }, (_, response) => void response.writeHead(200).end())
  secure.listen(0, '127.0.0.1')
  await once(secure, 'listening')
  t.teardown(() => {
    secure.closeAllConnections()
    secure.close()
  })
  const lines = [
    `${origin.url}/ok label.team=web label.data-center="a b"`,
    `${origin.url}/ok?quote=%22&back\\slash label.note="a\\"b\\\\c"`,
    `${origin.url}/204 label.team=web`,
    `${origin.url}/404 label.team=api`,
    `${origin.url}/503`,
    `${origin.url}/silent`,
    `${origin.url}/reset`,
    `${origin.url}/flapping`,
    `${origin.url}/moved`,
    `http://user:secret@127.0.0.1:${origin.port}/ok`,
    `http://127.0.0.1:${await freePort()}/refused`,
    'http://name.invalid/',
    `https://127.0.0.1:${(secure.address() as AddressInfo).port}/tls`,
  ]
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, `${lines.join('\n')}\n`)
  return { list, urls: lines.length }
}

const FLAGS = ['--interval', '500ms', '--error-backoff', '0s', '--timeout', '400ms', '--insecure']

testWith('promtool')('promtool accepts the metrics', async (t) => {
  const { list, urls } = await startServers(t)
  const { get, program } = await startListening(t, [...FLAGS, '-f', list])
  await program.until(({ json }) => new Set(json.map(({ url }) => url)).size >= urls)
  const { text, headers } = await get('/metrics')
  t.is(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  t.false(text.includes('secret'))
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  })
  t.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
})

/** What a JSON line says, as metrics have it. */
function expectedOf(state: Record<string, unknown>): Record<string, number> {
  const { verdict, status, durationMs, at, phasesMs } = state as {
    verdict: string
    status: number | null
    durationMs: number
    at: string
    phasesMs: Record<string, number>
  }
  const seconds = (ms: number) => Math.round(ms * 10) / 10_000
  return {
    ...(verdict === 'unknown' ? {} : { headcount_url_up: verdict === 'up' ? 1 : 0 }),
    ...(status === null ? {} : { headcount_url_status_code: status }),
    headcount_url_poll_duration_seconds: seconds(durationMs),
    ...Object.fromEntries(
      Object.entries(phasesMs).map(([phase, ms]) => [`headcount_url_duration_seconds ${phase}`, seconds(ms)]),
    ),
    headcount_url_last_poll_timestamp_seconds: Date.parse(at) / 1000,
  }
}

testWith('prometheus')(
  'what Prometheus stores, in both formats, equals the JSON lines, URL for URL',
  async (t) => {
    const { list, urls } = await startServers(t)
    const { program, port } = await startListening(t, [...FLAGS, '-f', list])
    await program.until(({ json }) => new Set(json.map(({ url }) => url)).size >= urls)
    const job = (protocol: string) => `
  - job_name: ${protocol}
    scrape_interval: 1s
    scrape_protocols: [${protocol}]
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]`
    const protocols = ['PrometheusText0.0.4', 'OpenMetricsText1.0.0']
    const prometheus = await startPrometheus(t, `scrape_configs:${protocols.map(job).join('')}\n`)
    for (const protocol of protocols) {
      const of = `job="${protocol}"`
      await prometheus.until(`count_over_time(headcount_urls{verdict="up",${of}}[1m]) >= 3`)
      // A scrape that began before this time may end between two queries: what has to be of one scrape is asked for by one.
      const time = Date.now() / 1000
      t.is((await prometheus.query(`up{${of}}`, time))[0]?.value, 1)
      const samples = await prometheus.query(`{__name__=~"headcount_url_.*",${of}}`, time)
      const byUrl = Map.groupBy(samples, ({ labels }) => labels['url'] ?? '')
      t.is(byUrl.size, urls)
      for (const [url, series] of byUrl) compare(t, url, series, program.json)
      const polls = await prometheus.query(`sum(headcount_polls_total{${of}})`, time)
      t.true((polls[0]?.value ?? 0) >= urls)
      t.is((await prometheus.query(`sum(headcount_urls{${of}})`, time))[0]?.value, urls)
      const bucket = `headcount_poll_duration_seconds_bucket{le="+Inf",${of}}`
      const count = `headcount_poll_duration_seconds_count{${of}}`
      const differences = await prometheus.query(`${bucket} - ignoring(le) ${count}`, time)
      t.is(differences[0]?.value, 0)
    }
  },
)

/** The series of a URL are those of the JSON line with the same time. */
function compare(
  t: ExecutionContext,
  url: string,
  series: readonly StoredSample[],
  lines: readonly Record<string, unknown>[],
): void {
  const value = (name: string) => series.find(({ labels }) => labels['__name__'] === name)?.value
  const at = value('headcount_url_last_poll_timestamp_seconds') ?? 0
  const line = lines.find(
    (one) => one['url'] === url && Date.parse(one['at'] as string) === Math.round(at * 1000),
  )
  if (line === undefined) return t.fail(`${url}: no line of ${at}`)
  const values = series
    .filter(({ labels }) => labels['__name__'] !== 'headcount_url_certificate_expiry_timestamp_seconds')
    .map(
      ({ labels, value: number }) =>
        [[labels['__name__'], labels['phase']].join(' ').trim(), number] as const,
    )
  t.deepEqual(Object.fromEntries(values), expectedOf(line), url)
  const tls = lines.findLast((one) => one['url'] === url && one['tls'] !== null)?.['tls'] as
    { expiresAt: string } | undefined
  const expiry = value('headcount_url_certificate_expiry_timestamp_seconds')
  t.is(expiry, tls === undefined ? undefined : Date.parse(tls.expiresAt) / 1000, url)
  const labels = Object.fromEntries(
    Object.entries(line['labels'] as Record<string, string>).map(([name, text]) => [
      name.replaceAll('-', '_'),
      text,
    ]),
  )
  for (const {
    labels: { __name__: _, instance: __, job: ___, phase: ____, url: _____, ...own },
  } of series)
    t.deepEqual(own, labels, url)
}

test('metrics in each form that a scraper may ask for', async (t) => {
  const origin = await startOrigin(t)
  const { get } = await startListening(t, [`${origin.url}/one`])
  while ((await get('/-/ready')).status !== 200) await sleep(20)
  // fetch decompresses.
  const plain = await get('/metrics', { headers: { 'accept-encoding': 'identity' } })
  t.is(plain.headers.get('content-encoding'), null)
  t.regex(plain.text, /^headcount_urls\{verdict="/m)
  const packed = await get('/metrics', { headers: { 'accept-encoding': 'gzip' } })
  t.is(packed.headers.get('content-encoding'), 'gzip')
  t.regex(packed.text, /^headcount_urls\{verdict="/m)
  const open = await get('/metrics', { headers: { accept: OPENMETRICS } })
  t.is(open.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  t.true(open.text.endsWith('\n# EOF\n'))
  t.is((await get('/metrics', { method: 'HEAD' })).status, 200)
  t.is((await get('/metrics', { method: 'DELETE' })).status, 405)
})

test('labels that would collide in metrics are an error before anything is polled', async (t) => {
  const origin = await startOrigin(t)
  const line = `${origin.url}/`
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, `${line} label.data-center=a label.data.center=b\n`)
  const { code, stderr } = await headcount(t, ['--listen', '0', '-f', list])
  t.is(code, 3)
  t.is(
    stderr,
    `error: --listen: ${line}: the labels "data-center" and "data.center" are both data_center in /metrics: ` +
      'rename it, or use --metrics-urls 0\n',
  )
  t.deepEqual(origin.requestPaths, [])
  const without = await headcount(t, ['--listen', '0', '--metrics-urls', '0', '--once', '-f', list])
  t.is(without.code, 0)
})

test('a list with more URLs than have series is reported', async (t) => {
  const origin = await startOrigin(t)
  const urls = [1, 2, 3].map((n) => `${origin.url}/${n}`)
  const { program, get } = await startListening(t, ['--metrics-urls', '2', ...urls])
  await program.until(({ json }) => json.length >= 3)
  t.regex(program.stderr, /^\/metrics has up to 18 series for the first 2 of 3 URLs \(--metrics-urls\)$/m)
  const { text } = await get('/metrics')
  t.is(text.match(/^headcount_url_up\{/gm)?.length, 2)
  t.regex(text, /^headcount_urls\{verdict="up"\} 3$/m)
})
