import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { BodyReader } from '../../../src/poll/http/body-reader.ts'
import type { BodyPlan } from '../../../src/poll/http/body-reader.ts'
import { selfSigned } from '../../helpers/certificates.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { TestPoller } from '../../helpers/test-poller.ts'

const MIB = 1_048_576
const ALL: BodyPlan = { limit: 0, maxBytes: Number.MAX_SAFE_INTEGER, search: null }

/** A reader of a gzip body, when it is done, and what it has its source do. */
function gzipReader(plan: Partial<BodyPlan> = {}) {
  const reader = new BodyReader({ ...ALL, ...plan }, 'text/plain', 'gzip')
  const { promise: done, resolve } = Promise.withResolvers<void>()
  reader.onDone = resolve
  const calls: string[] = []
  const source = { pause: () => calls.push('pause'), resume: () => calls.push('resume') }
  reader.source = source
  return { reader, done, calls }
}

function pushAll(reader: BodyReader, body: Buffer): void {
  for (let at = 0; at < body.length; at += 65_536) reader.push(body.subarray(at, at + 65_536))
  reader.end()
}

test('what stands at the beginning of a large compressed body is found, however fast it arrives', async (t) => {
  const { reader, done } = gzipReader({
    limit: MIB,
    maxBytes: MIB,
    search: () => (piece) => piece.includes('needle'),
  })
  pushAll(reader, gzipSync(Buffer.concat([Buffer.from('needle'), randomBytes(3 * MIB)])))
  await done
  t.deepEqual([reader.problem, reader.hasFound], [null, true])
})

test('a compressed body that is larger than what it holds is given up', async (t) => {
  const { reader, done } = gzipReader({ limit: 0, maxBytes: 1 })
  // Members of a gzip that hold nothing.
  pushAll(reader, Buffer.concat(Array.from({ length: 10_000 }, () => gzipSync(''))))
  await done
  t.is(reader.problem, 'the body is compressed and larger than what it holds')
})

test('a server that sends faster than zlib unpacks is held back', async (t) => {
  const { reader, done, calls } = gzipReader()
  const body = gzipSync(randomBytes(2 * MIB))
  pushAll(reader, body)
  t.deepEqual(calls, ['pause'])
  await done
  t.deepEqual([calls, reader.bytes], [['pause', 'resume'], 2 * MIB])

  const dropped = gzipReader()
  dropped.reader.push(body)
  dropped.reader.destroy()
  t.deepEqual(dropped.calls, ['pause', 'resume'])
})

test('a large compressed answer is read to its end, over both versions of HTTP and again on the same connection', async (t) => {
  const body = gzipSync(Buffer.concat([randomBytes(2 * MIB), Buffer.from('the end')]))
  const answer = (
    _: unknown,
    response: { setHeader(name: string, value: string): unknown; end(bytes: Buffer): unknown },
  ) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(body)
  }
  const origin = await startOrigin(t, answer)
  const pair = await selfSigned([{ type: 'ip', value: '127.0.0.1' }])
  const secure = createSecureServer(pair, answer).listen(0, '127.0.0.1')
  t.teardown(() => secure.close())
  await once(secure, 'listening')
  const poller = new TestPoller({
    timeoutMs: 60_000,
    body: ['the end'],
    bodyLimit: 4 * MIB,
    keepAlive: true,
    insecure: true,
    http2: true,
  })
  t.teardown(() => poller.close())
  for (const url of [origin.url, `https://127.0.0.1:${(secure.address() as AddressInfo).port}`])
    for (let times = 2; times > 0; times--) t.is((await poller.pollWithoutStall(url)).verdict, 'up', url)
})
