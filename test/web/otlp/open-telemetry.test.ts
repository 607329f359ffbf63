import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createExporter } from '../../../src/web/otlp/open-telemetry.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startOrigin } from '../../helpers/origin.ts'

/** How a collector answers. */
interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: Buffer
}

/** What a push to such a collector comes to, with the requests that it took. No wait for another try fits in. */
async function push(t: ExecutionContext, { status = 200, headers = {}, body = Buffer.alloc(0) }: Answer) {
  const { url, requestPaths } = await startOrigin(t, (request, response) => {
    request.resume().on('end', () => response.writeHead(status, headers).end(body))
  })
  const warnings: string[] = []
  const exporter = createExporter(url, (line) => warnings.push(line))
  const result = await exporter.send([], 500).catch((error: unknown) => error as Error)
  return {
    result: result instanceof Error ? result.message : result,
    warnings,
    requests: requestPaths.length,
  }
}

/** A message of ExportMetricsServiceResponse with a partial success: the rejected values, and why. */
function partial(rejected: number, why: string): Buffer {
  const inner = Buffer.concat([Buffer.from([0x08, rejected, 0x12, why.length]), Buffer.from(why)])
  return Buffer.concat([Buffer.from([0x0a, inner.length]), inner])
}

// The library has one logger for all exporters.
for (const retryAfter of ['0', '-1', '0.5', 'Wed, 21 Oct 2015 07:28:00 GMT', 'soon'])
  test.serial(`a Retry-After of ${retryAfter} is no reason to try again at once`, async (t) => {
    const pushed = await push(t, { status: 503, headers: { 'retry-after': retryAfter } })
    t.deepEqual(pushed, { result: '503 Service Unavailable', warnings: [], requests: 1 })
  })

for (const [title, answer, result] of [
  ['an empty answer', {}, null],
  ['a status', { status: 400, body: Buffer.from('\u001b[31mno\n') }, '400 Bad Request'],
  [
    'an answer that is not one of OTLP',
    { body: Buffer.from([0xff, 0xff, 0xff]) },
    'accepted metrics with an answer that is not one of OTLP',
  ],
  ['rejected values', { body: partial(5, 'too old') }, 'rejected 5 of the values in a push: too old'],
  ['rejected values without a reason', { body: partial(2, '') }, 'rejected 2 of the values in a push'],
  ['a warning', { body: partial(0, 'use less') }, 'has a warning for a push: use less'],
] as const)
  test.serial(`${title} in plain words`, async (t) => {
    t.deepEqual(await push(t, answer), { result, warnings: [], requests: 1 })
  })

test.serial('a collector that is away, on all addresses of a name', async (t) => {
  const exporter = createExporter(`http://localhost:${await freePort()}`, t.fail)
  await t.throwsAsync(exporter.send([], 200), { message: /ECONNREFUSED/ })
})
