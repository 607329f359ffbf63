import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { startPrometheus } from '../helpers/prometheus.ts'
import { testWith } from '../helpers/tool.ts'
import type { DASHBOARD } from '../docs/dashboard.ts'

const read = (name: string) =>
  readFileSync(new URL(`../../packaging/prometheus/${name}`, import.meta.url), 'utf8')

const JSON_TYPE = { 'content-type': 'application/json' }

/** A server of TLS, since the dashboard shows certificates. */
async function startSecure(t: ExecutionContext): Promise<string> {
  const { cert, key } = await (await Authority.create()).issue([{ type: 'ip', value: '127.0.0.1' }])
  const server = createServer({ cert, key }, (_, response) => void response.writeHead(200).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

testWith('prometheus')(
  'headcount polls what http_sd says, Prometheus scrapes it, and an alert fires when a server dies and resolves when it is back',
  async (t) => {
    let isUp = true
    const service = await startOrigin(t, (_, response) => void response.writeHead(isUp ? 200 : 503).end())
    const gone = await startOrigin(t, (_, response) => void response.writeHead(404).end())
    const urls = [`${service.url}/`, `${gone.url}/`, await startSecure(t)]
    const discovery = await startOrigin(
      t,
      (_, response) =>
        void response
          .writeHead(200, JSON_TYPE)
          .end(JSON.stringify([{ targets: urls, labels: { team: 'web' } }])),
    )
    const { port } = await startListening(t, [
      ...['--interval', '500ms', '--error-backoff', '0s', '--insecure', '-f', `${discovery.url}/targets`],
    ])
    const rules = join(directoryOf(t), 'headcount.rules.yml')
    writeFileSync(rules, read('headcount.rules.yml').replaceAll(/^( +for:) \w+$/gm, '$1 0s'))
    const prometheus = await startPrometheus(
      t,
      read('prometheus.yml')
        .replace('scrape_interval: 15s', 'scrape_interval: 1s\n  evaluation_interval: 1s')
        .replace('headcount.rules.yml', rules)
        .replaceAll('127.0.0.1:9115', `127.0.0.1:${port}`),
    )
    const alert = (url: string) => `ALERTS{alertname="UrlDown",alertstate="firing",team="web",url="${url}"}`
    await prometheus.until(alert(`${gone.url}/`))
    t.deepEqual(await prometheus.query(alert(`${service.url}/`)), [])

    isUp = false
    await prometheus.until(alert(`${service.url}/`))
    await everyQueryOfTheDashboard(t, prometheus.until)

    isUp = true
    await prometheus.until(`absent(${alert(`${service.url}/`)})`)
    t.is((await prometheus.query(alert(`${gone.url}/`))).length, 1)
  },
)

/** Each query of the dashboard selects something. */
async function everyQueryOfTheDashboard(
  t: ExecutionContext,
  until: (query: string) => Promise<readonly unknown[]>,
): Promise<void> {
  const { panels = [] } = JSON.parse(read('grafana-dashboard.json')) as typeof DASHBOARD
  let queries = 0
  for (const { targets = [] } of panels as readonly { targets?: readonly { expr: string }[] }[])
    for (const { expr } of targets) {
      const query = expr
        .replaceAll('$__rate_interval', '10s')
        .replaceAll('$job', 'headcount')
        .replaceAll('$instance', '.+')
      t.false(query.includes('$'), query)
      t.true((await until(query)).length > 0, query)
      queries++
    }
  t.true(queries > 15)
}
