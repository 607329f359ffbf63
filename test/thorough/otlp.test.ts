import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { attributesOf, startCollector } from '../helpers/otlp-collector.ts'
import type { Pushed, SentMetric } from '../helpers/otlp-collector.ts'
import { headcount, Program } from '../helpers/program.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** Metrics that stay as they are while nothing is polled. */
const STEADY = /^headcount_(url_|urls|polls_total|poll_duration_seconds|build_info)/

const labelText = (labels: Readonly<Record<string, string>>) =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** The samples that a push is in Prometheus' text format. */
function pushedSamples(metrics: readonly SentMetric[]): string[] {
  return metrics.flatMap(({ name, gauge, sum, histogram }) => {
    const plain = (gauge ?? sum)?.dataPoints.map(
      ({ attributes, asDouble }) => `${name} ${labelText(attributesOf(attributes))} ${asDouble}`,
    )
    if (plain !== undefined) return plain
    const [point] = histogram?.dataPoints ?? []
    if (point === undefined) return []
    let count = 0
    const buckets = point.bucketCounts.map((inBucket, n) => {
      count += Number(inBucket)
      const le = point.explicitBounds[n] === undefined ? '+Inf' : String(point.explicitBounds[n])
      return `${name}_bucket ${labelText({ le })} ${count}`
    })
    return [...buckets, `${name}_sum [] ${point.sum}`, `${name}_count [] ${point.count}`]
  })
}

/** The samples of a text from /metrics. */
function scrapedSamples(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, pairs = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      const labels = [...pairs.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, of]) => [label, of])
      return `${name} ${labelText(Object.fromEntries(labels) as Record<string, string>)} ${value}`
    })
}

test('what a collector gets by OTLP is what /metrics says', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) =>
    response.writeHead(url === '/down' ? 503 : 200).end(),
  )
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, `${origin.url}/up label.team=web label.data-center=a\n${origin.url}/down\n`)
  const collector = await startCollector(t)
  const flags = ['--otlp', `${collector.url}/otlp/`, '-f', list, '--interval', '1h', '--error-backoff', '0s']
  const { get } = await startListening(t, flags, {
    env: {
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    },
  })
  // Sums are asked for before what is known of each URL.
  const isWhole = ({ metrics }: Pushed) =>
    metrics
      .find(({ name }) => name === 'headcount_urls')
      ?.gauge?.dataPoints.some(
        ({ attributes, asDouble }) => attributesOf(attributes)['verdict'] === 'pending' && asDouble === 0,
      ) === true
  await waitUntil(() => collector.pushes.some(isWhole), 60_000)
  const push = collector.pushes.find(isWhole) as Pushed
  t.like(push, {
    path: '/otlp/v1/metrics',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      authorization: 'Bearer abc',
    },
    resource: { 'service.name': 'headcount', 'deployment.environment': 'test' },
  })
  const { text } = await get('/metrics')
  const steady = (samples: readonly string[]) => samples.filter((line) => STEADY.test(line)).toSorted()
  t.true(steady(scrapedSamples(text)).length > 50)
  t.deepEqual(steady(pushedSamples(push.metrics)), steady(scrapedSamples(text)))

  const metric = (name: string) => push.metrics.find((one) => one.name === name)
  t.is(metric('headcount_url_duration_seconds')?.unit, 's')
  t.is(metric('process_resident_memory_bytes')?.unit, 'By')
  // 2: cumulative.
  t.like(metric('headcount_polls_total')?.sum, { aggregationTemporality: 2, isMonotonic: true })
  const [point] = metric('headcount_polls_total')?.sum?.dataPoints ?? []
  t.true(BigInt(point?.startTimeUnixNano ?? 0) < BigInt(point?.timeUnixNano ?? 0))
})

test('a collector that fails costs one line, and one when it is back; polling goes on, and the last values are pushed', async (t) => {
  const origin = await startOrigin(t)
  const collector = await startCollector(t)
  collector.status = 400
  const program = new Program(
    t,
    ['--otlp', 'env', '--pool-size', '1', '--interval', '100ms', '--format', 'json', `${origin.url}/a`],
    {
      env: {
        OTEL_METRIC_EXPORT_INTERVAL: '50',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: '-1',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      },
    },
  )
  // It prints ten times a second. With coverage, the packages of OpenTelemetry take long to load.
  await program.until(() => collector.pushes.length >= 3)
  const polled = program.json.length
  await program.until(({ json }) => json.length > polled + 2)
  collector.status = 200
  await program.until(({ stderr }) => /^metrics are pushed .* again$/m.test(stderr))
  // A partial success: the message in it has the field 1 (rejected values), 3.
  collector.body = Buffer.from([0x0a, 2, 0x08, 3])
  await program.until(({ stderr }) => stderr.includes('rejected'))
  const rejecting = collector.pushes.length
  await program.until(() => collector.pushes.length > rejecting + 2)
  collector.body = Buffer.alloc(0)
  await program.until(({ stderr }) => stderr.includes('takes all'))
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
  const name = 'the collector of OTEL_EXPORTER_OTLP_ENDPOINT'
  const lines = program.stderr.split('\n').filter((line) => line !== '')
  t.deepEqual(
    lines.map((line) => line.replace(/(cannot be pushed to [^:]+): .*; it/, '$1: WHY; it')),
    [
      'the protocol of OTEL_EXPORTER_OTLP_PROTOCOL is not available: http/protobuf is used',
      'Configuration: OTEL_EXPORTER_OTLP_TIMEOUT is invalid, expected number greater than 0 (actual: -1)',
      `metrics cannot be pushed to ${name}: WHY; it is tried again`,
      `metrics are pushed to ${name} again`,
      `${name} rejected 3 of the values in a push`,
      `${name} takes all metrics again`,
    ],
  )
  t.regex(program.stderr, /OTLP_ENDPOINT: 400 Bad Request; it is tried again$/m)
})

test('a run that ends pushes its results', async (t) => {
  const origin = await startOrigin(t)
  const collector = await startCollector(t)
  const { code, stderr } = await headcount(t, ['--once', '--otlp', collector.url, `${origin.url}/`])
  t.is(code, 0)
  t.is(collector.pushes.length, 1, stderr)
  const up = collector.pushes[0]?.metrics.find(({ name }) => name === 'headcount_url_up')
  t.is(up?.gauge?.dataPoints[0]?.asDouble, 1)
})

test('a run that ends says that its results could not be pushed', async (t) => {
  const origin = await startOrigin(t)
  const collector = await startCollector(t)
  collector.status = 404
  const run = () => headcount(t, ['--once', '--otlp', collector.url, `${origin.url}/`])
  let { code, stderr } = await run()
  // The collector is a part of this test, and late on a busy machine.
  while (stderr.includes('timed out')) ({ code, stderr } = await run())
  t.is(code, 0)
  t.is(stderr, `metrics cannot be pushed to ${collector.url}: 404 Not Found\n`)
})

test('a collector that is away, or never answers, does not keep a run that ends', async (t) => {
  const origin = await startOrigin(t)
  const away = `http://127.0.0.1:${await freePort()}`
  const silent = await startOrigin(t, () => {})
  // A run that waited for this long would end without a word.
  const env = { OTEL_EXPORTER_OTLP_TIMEOUT: '600000' }
  for (const [url, why] of [
    [away, /^metrics cannot be pushed to http:\S+: .*ECONNREFUSED.*\n$/],
    [silent.url, /^metrics cannot be pushed to http:\S+: .*timed out.*\n$/],
  ] as const) {
    const { code, stderr } = await headcount(t, ['--once', '--otlp', url, `${origin.url}/`], { env })
    t.is(code, 0)
    t.regex(stderr, why)
  }
  const before = silent.requestPaths.length
  // A push that is under way when the run ends is not waited for either.
  const program = new Program(t, ['--otlp', silent.url, '--interval', '100ms', `${origin.url}/`], {
    env: { ...env, OTEL_METRIC_EXPORT_INTERVAL: '50' },
  })
  await silent.requested('/v1/metrics', before + 1)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})
