import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { startExporter } from '../helpers/blackbox-exporter.ts'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { httpsServer } from '../helpers/https-server.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { startPrometheus } from '../helpers/prometheus.ts'
import type { Prometheus, StoredSample } from '../helpers/prometheus.ts'
import { haveTool } from '../helpers/tool.ts'

const testWithBoth = haveTool('prometheus') && haveTool('prometheus-blackbox-exporter') ? test : test.skip

/** The configuration in the README of blackbox_exporter, but for the targets, the address and how often. */
const README = `
global:
  scrape_interval: 2s
  scrape_timeout: 2s
scrape_configs:
  - job_name: 'blackbox'
    metrics_path: /probe
    params:
      module: [http_2xx]  # Look for a HTTP 200 response.
    static_configs:
      - targets:
        - TARGETS
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - target_label: __address__
        replacement: 127.0.0.1:9115  # The blackbox exporter's real hostname:port.
  - job_name: 'blackbox_exporter'  # collect blackbox exporter's operational metrics.
    static_configs:
      - targets: ['127.0.0.1:9115']
`

/** Values that no two probes have in common: times, and how many samples there are, of which headcount has some of its own. */
const DIFFERENT =
  /^(probe_duration_seconds|probe_dns_lookup_time_seconds|probe_http_duration_seconds|scrape_\w+)$/

/** What the dashboards of Grafana's library for blackbox_exporter ask (7587 and 13659). */
const DASHBOARDS = [
  'probe_success{job=~".+"}',
  'probe_http_duration_seconds{job=~".+"}',
  'sum(probe_http_duration_seconds{job=~".+"}) by (instance)',
  'sum by (instance) (avg_over_time(probe_duration_seconds{job=~".+"}[1m]))',
  'avg(probe_dns_lookup_time_seconds{job=~".+"}) by (instance)',
  'probe_http_status_code{job=~".+"}',
  'probe_http_version{job=~".+"}',
  'probe_http_ssl{job=~".+"}',
  '(probe_ssl_earliest_cert_expiry{job=~".+"} - time()) / 3600 / 24',
  'probe_tls_version_info{job=~".+"}',
  'avg_over_time(probe_success{job=~".+"}[1m]) * 100',
]

/** Targets that answer, fail and keep silent, with and without TLS, and the file of modules that trusts one of them. */
async function startTargets(
  t: ExecutionContext,
  directory: string,
): Promise<{ targets: string[]; modules: string }> {
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/moved') response.writeHead(302, { location: '/up' }).end()
    else if (url === '/slow') void sleep(150).then(() => response.end('slow'))
    else if (url !== '/silent') response.writeHead(url === '/down' ? 503 : 200).end('hello')
  })
  const hosts = [{ type: 'ip', value: '127.0.0.1' }] as const
  const authority = await Authority.create()
  const secure = await httpsServer(t, await authority.issue([...hosts]))
  const untrusted = await httpsServer(t, await (await Authority.create()).issue([...hosts]))
  writeFileSync(join(directory, 'ca.pem'), authority.pem)
  const modules = join(directory, 'blackbox.yml')
  const tls = `tls_config: {ca_file: ${join(directory, 'ca.pem')}}`
  writeFileSync(
    modules,
    `modules:\n  http_2xx:\n    prober: http\n    http: {preferred_ip_protocol: ip4, ${tls}}\n`,
  )
  const paths = ['up', 'moved', 'slow', 'down', 'silent'].map((path) => `${origin.url}/${path}`)
  const others = [secure, untrusted].map((port) => `https://127.0.0.1:${port}`)
  return {
    targets: [
      ...paths,
      `127.0.0.1:${origin.port}`,
      ...others,
      `http://127.0.0.1:${await freePort()}`,
      'no url',
    ],
    modules,
  }
}

/** Waits until each target was scraped some times, and returns what is stored of the job. */
async function stored(prometheus: Prometheus, targets: number): Promise<StoredSample[]> {
  await prometheus.until(`count(count_over_time(up{job="blackbox"}[1m]) >= 3) == ${targets}`)
  return prometheus.query('{job="blackbox"}')
}

/** Series with their values, where these can be compared. */
function lines(samples: readonly StoredSample[]): string[] {
  return samples
    .filter(({ labels }) => labels['__name__']?.startsWith('headcount_') === false)
    .map(({ labels, value }) => {
      const { __name__: name = '', ...others } = labels
      const pairs = Object.entries(others).toSorted(([a], [b]) => (a < b ? -1 : 1))
      return `${name} ${JSON.stringify(pairs)} ${DIFFERENT.test(name) ? '' : value}`
    })
    .toSorted()
}

testWithBoth(
  'a scrape job made for blackbox_exporter stores the same from headcount, when only its address changes',
  async (t) => {
    const { targets, modules } = await startTargets(t, directoryOf(t))
    const exporter = new URL(await startExporter(t, modules)).port
    const { port } = await startListening(t, ['--probe-config', modules])
    const list = targets.map((target) => JSON.stringify(target)).join('\n        - ')
    const config = README.replace('TARGETS', list)
    const [theirs, ours] = (await Promise.all(
      [exporter, port].map((at) => startPrometheus(t, config.replaceAll(':9115', `:${at}`))),
    )) as [Prometheus, Prometheus]
    const [known, found] = await Promise.all([theirs, ours].map((one) => stored(one, targets.length)))
    t.deepEqual(lines(found ?? []), lines(known ?? []))
    // Four are up, one of them over TLS, and each has answered.
    const value = async (query: string) => (await ours.query(query))[0]?.value
    t.is(await value('sum(probe_success)'), 5)
    t.is(await value('count(probe_ssl_earliest_cert_expiry)'), 1)
    t.is(await value('count(up{job="blackbox"} == 1)'), targets.length)
    t.is(await value('up{job="blackbox_exporter"}'), 1)

    for (const query of DASHBOARDS) {
      const [one, other] = await Promise.all(
        [theirs, ours].map(async (prometheus) =>
          (await prometheus.query(query)).map(({ labels }) => JSON.stringify(labels)).toSorted(),
        ),
      )
      t.deepEqual(other, one, query)
      t.true((one ?? []).length > 0, query)
    }
  },
)

testWithBoth('the probe job of packaging/prometheus probes what file_sd says', async (t) => {
  const directory = directoryOf(t)
  const { targets, modules } = await startTargets(t, directory)
  const { port } = await startListening(t, ['--probe-config', modules])
  mkdirSync(join(directory, 'targets'))
  writeFileSync(
    join(directory, 'targets', 'all.json'),
    JSON.stringify([{ targets, labels: { team: 'web' } }]),
  )
  const packaged = (name: string) => new URL(`../../packaging/prometheus/${name}`, import.meta.url)
  const prometheus = await startPrometheus(
    t,
    readFileSync(packaged('prometheus.yml'), 'utf8')
      .replace('scrape_interval: 15s', 'scrape_interval: 2s')
      .replace('headcount.rules.yml', packaged('headcount.rules.yml').pathname)
      .replace('targets/', `${directory}/targets/`)
      .replaceAll('127.0.0.1:9115', `127.0.0.1:${port}`),
  )
  await prometheus.until(`count(probe_success{job="probe",team="web"}) == ${targets.length}`)
  const found = await prometheus.query('probe_success{job="probe"} == 1')
  t.deepEqual(
    found.map(({ labels }) => String(labels['instance'])).toSorted(),
    targets
      .filter((target) => !/down|silent|no url/.test(target))
      .slice(0, 5)
      .toSorted(),
  )
  t.is((await prometheus.query('headcount_probe_failure_reason{reason="status"} == 1')).length, 1)
})
