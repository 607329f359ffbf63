import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import test from 'ava'
import { freePort } from '../helpers/free-port.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'

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
  t.is(valueOf(up.text, 'probe_success'), 1)
  t.is(valueOf(up.text, 'probe_http_status_code'), 200)
  t.is(valueOf(up.text, 'probe_http_content_length'), 5)
  t.is(valueOf(up.text, 'probe_http_uncompressed_body_length'), 5)
  t.is(valueOf(up.text, 'probe_ip_addr_hash'), 3_668_918_509)
  t.is(valueOf(up.text, 'headcount_probe_local_fault'), 0)
  t.notRegex(up.text, /headcount_probe_failure_reason\{.*\} 1/)

  t.is(valueOf((await probe(`${origin.url}/moved`)).text, 'probe_http_redirects'), 1)
  const missing = (await probe(`${origin.url}/missing`)).text
  t.is(valueOf(missing, 'probe_success'), 0)
  t.is(valueOf(missing, 'headcount_probe_failure_reason{reason="status"}'), 1)
  const refused = (await probe(`127.0.0.1:${await freePort()}`)).text
  t.is(valueOf(refused, 'headcount_probe_failure_reason{reason="refused"}'), 1)
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
    t.is(valueOf((await probe(target)).text, 'probe_success'), 0, target)
  const wrong = await probe('x', '', { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': 'abc' } })
  t.is(wrong.status, 500)

  const debug = (await probe(origin.url, '&debug=true')).text
  t.regex(
    debug,
    /^Logs for the probe:\ntime=\S+ level=INFO msg="Beginning probe" module=http_2xx target=http:/,
  )
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
