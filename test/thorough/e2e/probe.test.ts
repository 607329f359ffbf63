import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import test from 'ava'
import { selfSigned } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startListening } from '../../helpers/listening.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount } from '../../helpers/program.ts'

/** The value of a sample; NaN without it. */
function valueOf(text: string, sample: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `))
  return Number(line?.slice(sample.length + 1) ?? Number.NaN)
}

test('/probe answers as blackbox_exporter does', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/moved') response.writeHead(302, { location: '/' }).end()
    else if (url === '/missing') response.writeHead(404).end('no')
    else if (url !== '/silent') response.end('hello')
  })
  const { url: base, get } = await startListening(t, ['--interval', '1h', `${origin.url}/`])
  const probe = (target: string, more = '', init: RequestInit = {}) =>
    get(`/probe?target=${encodeURIComponent(target)}${more}`, init)

  // Probes wait for no poll of the list, and their results are no States of it.
  const up = await probe(`127.0.0.1:${origin.port}`)
  t.is(up.status, 200)
  t.is(up.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores')
  t.is(valueOf(up.text, 'probe_success'), 1, up.text)
  t.is(valueOf(up.text, 'probe_http_status_code'), 200)
  t.is(valueOf(up.text, 'probe_http_content_length'), 5)
  t.is(valueOf(up.text, 'probe_http_uncompressed_body_length'), 5)
  t.is(valueOf(up.text, 'probe_ip_addr_hash'), 3_668_918_509)
  t.is(valueOf(up.text, 'headcount_probe_local_fault'), 0)
  t.notRegex(up.text, /headcount_probe_failure_reason\{.*\} 1/)

  const moved = (await probe(`${origin.url}/moved`)).text
  t.is(valueOf(moved, 'probe_http_redirects'), 1, moved)
  const missing = (await probe(`${origin.url}/missing`)).text
  t.is(valueOf(missing, 'probe_success'), 0)
  t.is(valueOf(missing, 'headcount_probe_failure_reason{reason="status"}'), 1, missing)
  const refused = (await probe(`127.0.0.1:${await freePort()}`)).text
  t.is(valueOf(refused, 'headcount_probe_failure_reason{reason="refused"}'), 1, refused)
  t.is(valueOf(refused, 'probe_http_status_code'), 0)
  const late = await probe(`${origin.url}/silent`, '', {
    headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '1' },
  })
  // A machine that is busy may stall the poller, which is then to blame.
  t.regex(late.text, /^headcount_probe_failure_reason\{reason="(?:timeout|local)"\} 1$/m)

  // What can't be asked.
  t.like(await get('/probe'), { status: 400, text: 'Target parameter is missing\n' })
  t.like(await probe('x', '&module=none'), { status: 400, text: 'Unknown module "none"\n' })
  t.is((await probe('x'.repeat(9_000))).status, 400)
  for (const target of ['http://127.0.0.1:1/\n', 'file:///etc/passwd', 'http://a b/', 'http://:80'])
    t.is(valueOf((await probe(target)).text, 'headcount_probe_failure_reason{reason="dns"}'), 1, target)
  for (const hostname of ['a%0d%0ab', 'a b', 'b%C3%BCcher.example', 'x'.repeat(256)])
    t.like(await probe(origin.url, `&hostname=${hostname}`), {
      status: 400,
      text: 'hostname: not a host name in ASCII, such as www.example.org or www.example.org:8080\n',
    })
  const wrong = await probe('x', '', { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': 'abc' } })
  t.is(wrong.status, 500)

  const debug = (await probe(origin.url, '&debug=true')).text
  t.regex(
    debug,
    /^Logs for the probe:\ntime=\S+ level=INFO msg="Beginning probe" module=http_2xx target=http:/,
  )
  const login = await probe(`http://me:hunter2@127.0.0.1:${origin.port}/moved`, '&debug=true')
  t.regex(login.text, / target=http:\/\/me:xxxxx@127\.0\.0\.1:.* url=http:\/\/me:xxxxx@127/s)
  t.notRegex(login.text, /hunter2/)
  t.regex(debug, /\n\n\n\nMetrics that would have been returned:\n# HELP probe_/)
  t.regex(debug, /\n\n\n\nModule configuration:\nprober: http\n/)
  t.regex((await get('/config')).text, /^modules:\n {2}http_2xx:\n/)

  const compressed = await new Promise<Buffer>((resolve, reject) => {
    request(`${base}/probe?target=${origin.url}`, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks)))
    })
      .on('error', reject)
      .end()
  })
  t.is(valueOf(gunzipSync(compressed).toString(), 'probe_success'), 1)
  t.regex((await get('/metrics')).text, /^headcount_urls\{verdict="up"\} 1$/m)
})

const MODULES = `modules:
  insecure: {prober: http, http: {tls_config: {insecure_skip_verify: true}}}
  stay: {prober: http, http: {follow_redirects: false}}
  limit: {prober: http, http: {body_size_limit: 3B}}
  named: {prober: http, http: {headers: {Host: a.example}}}
  ping: {prober: icmp}
  basic: {prober: http, http: {basic_auth: {username: me, password: hunter2-1}}}
  bearer: {prober: http, http: {bearer_token: hunter2-2}}
  credentials: {prober: http, http: {authorization: {type: Token, credentials: hunter2-3}}}
  headers: {prober: http, http: {headers: {Authorization: Bearer hunter2-4, Cookie: s=hunter2-5}}}
  others: {prober: http, http: {http_headers: {X-Api-Key: {values: [hunter2-6]}, X-A: {secrets: [b]}}}}
  proxied: {prober: http, http: {proxy_url: 'http://me:hunter2-7@127.0.0.1:1', proxy_connect_header: {A: [hunter2-8]}}}
  named-proxy: {prober: http, http: {proxy_url: 'http://hunter2-9@127.0.0.1:1'}}
`

const SECRET_MODULES = ['basic', 'bearer', 'credentials', 'headers', 'others', 'proxied', 'named-proxy']

test('without a list, modules of --probe-config are served all the same', async (t) => {
  const origin = await startOrigin(t, ({ url, headers }, response) => {
    const { searchParams, pathname } = new URL(url ?? '', 'http://x')
    const left = Number(searchParams.get('left'))
    if (left > 0) response.writeHead(302, { location: `${pathname}?left=${left - 1}` }).end()
    else if (pathname === '/repeat') {
      const { authorization = '', cookie = '', 'x-api-key': key = '' } = headers
      const [scheme, login = ''] = authorization.split(' ')
      const decoded = scheme === 'Basic' ? Buffer.from(login, 'base64').toString() : ''
      response.writeHead(302, { location: `/?${authorization}&${cookie}&${String(key)}&${decoded}` }).end()
    } else if (pathname === '/nowhere') response.writeHead(302, { location: 'http://[::1' }).end()
    else if (pathname === '/elsewhere') response.writeHead(302, { location: 'ftp://a.example/' }).end()
    else if (pathname === '/cookie' && headers.cookie === undefined)
      response.writeHead(302, { location: '/cookie', 'set-cookie': 'a=b' }).end()
    else if (pathname === '/cut') {
      response.writeHead(200, { 'content-length': 9 }).write('cut')
      setImmediate(() => response.destroy())
    } else response.end(headers.host)
  })
  const { key, cert } = await selfSigned([{ type: 'ip', value: '127.0.0.1' }])
  const secure = createServer({ key, cert }, (_, response) => void response.end('ok')).listen(0, '127.0.0.1')
  t.teardown(() => secure.close())
  await once(secure, 'listening')
  const securePort = (secure.address() as AddressInfo).port

  const config = join(directoryOf(t), 'blackbox.yml')
  writeFileSync(config, MODULES)
  const { get } = await startListening(t, ['--probe-config', config])
  const probe = async (module: string, target: string, more = '') =>
    (await get(`/probe?module=${module}&target=${encodeURIComponent(target)}${more}`)).text

  const trusting = await probe('insecure', `https://127.0.0.1:${securePort}/`)
  t.is(valueOf(trusting, 'probe_success'), 1)
  t.is(valueOf(trusting, 'probe_http_ssl'), 1)
  t.is(valueOf(trusting, 'probe_ssl_last_chain_expiry_timestamp_seconds'), -62_135_596_800)
  t.regex(trusting, /^probe_ssl_last_chain_info\{fingerprint_sha256="[0-9a-f]{64}",issuer="CN=On its own",/m)
  t.is(valueOf(trusting, 'probe_tls_version_info{version="TLS 1.3"}'), 1)
  const untrusted = await probe('stay', `https://127.0.0.1:${securePort}/`)
  t.is(valueOf(untrusted, 'headcount_probe_failure_reason{reason="tls-untrusted"}'), 1)
  t.notRegex(untrusted, /^probe_tls/m)

  // Redirects are counted and given up as Go's client does.
  const redirects = async (module: string, path: string) => {
    const text = await probe(module, `${origin.url}${path}`)
    return ['probe_http_redirects', 'probe_http_status_code', 'probe_success'].map((name) =>
      valueOf(text, name),
    )
  }
  t.deepEqual(await redirects('limit', '/?left=10'), [10, 200, 0])
  t.deepEqual(await redirects('insecure', '/?left=11'), [11, 302, 0])
  t.deepEqual(await redirects('stay', '/?left=1'), [1, 302, 0])
  t.deepEqual(await redirects('insecure', '/nowhere'), [0, 0, 0])
  t.deepEqual(await redirects('insecure', '/elsewhere'), [1, 0, 0])
  t.deepEqual(await redirects('insecure', '/cookie'), [1, 200, 1])

  // A body that ends too soon has failed, but its head has been seen.
  const cut = await probe('insecure', `${origin.url}/cut`)
  t.is(valueOf(cut, 'probe_http_status_code'), 200)
  t.is(valueOf(cut, 'probe_http_uncompressed_body_length'), 3)
  t.is(valueOf(cut, 'headcount_probe_failure_reason{reason="closed"}'), 1)
  t.is(valueOf(await probe('limit', origin.url), 'probe_http_uncompressed_body_length'), 3)
  t.is(valueOf(await probe('named', origin.url), 'probe_http_content_length'), 'a.example'.length)
  const named = await probe('insecure', origin.url, '&hostname=bb.example')
  t.is(valueOf(named, 'probe_http_content_length'), 'bb.example'.length)
  t.regex(await probe('named', origin.url, '&hostname=bb.example'), /^host header defined both in module/)
  t.is(valueOf(await probe('insecure', 'http:///x'), 'headcount_probe_failure_reason{reason="dns"}'), 1)
  t.regex(await probe('ping', '127.0.0.1'), /^The module "ping" is not served: headcount has no prober icmp/)
  t.is(await probe('http_2xx', '127.0.0.1'), 'Unknown module "http_2xx"\n')

  // No secret of a module or target, even if the server repeats it.
  for (const module of SECRET_MODULES)
    for (const target of [
      `${origin.url}/repeat`,
      origin.url.replace('//', '//me:hunter2@'),
      'http://me:hun?ter2@x',
    ]) {
      const text = await probe(module, target, '&debug=true')
      t.regex(text, /^Logs for the probe:\n.*Module configuration:\nprober: http\n/s)
      t.notRegex(text, /hunter2|ter2@|bWU6aHVudGVyMi0x/, `${module} ${target}`)
    }
  t.notRegex((await get('/config')).text, /hunter2/)

  const reload = () => get('/-/reload', { method: 'POST' })
  t.like(await reload(), { status: 200, text: 'the modules of /probe were read again\n' })
  writeFileSync(config, '')
  t.like(await reload(), { status: 500 })
  t.is(valueOf(await probe('limit', origin.url), 'probe_http_uncompressed_body_length'), 3)
})

test('--check needs no list beside modules', async (t) => {
  const config = join(directoryOf(t), 'blackbox.yml')
  const check = () => headcount(t, ['--check', '--probe-config', config])
  writeFileSync(config, MODULES)
  t.like(await check(), { code: 0 })
  writeFileSync(config, 'modules: {a: {prober: ftp}}')
  t.like(await check(), { code: 3 })
})

test('300 probes at once of servers that say nothing are all answered', async (t) => {
  const origin = await startOrigin(t, () => {})
  const { get } = await startListening(t, ['--interval', '1h', `${origin.url}/`])
  const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '4' }
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, n) => get(`/probe?target=${origin.url}/${n}`, { headers })),
  )
  t.true(answers.every(({ status, text }) => status === 200 && valueOf(text, 'probe_success') === 0))
})
