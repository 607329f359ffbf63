import { createServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { selfSigned } from '../helpers/certificates.ts'
import { HostileServer, SCRIPTS } from '../helpers/hostile-server.ts'
import { neighbours } from '../helpers/neighbours.ts'
import { runScript } from '../helpers/program.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import type { Leftovers, PollJob, PollReport } from '../programs/poll.ts'

/** Polls in each round. */
const POLLS = 1_500

/** Polls without and with keep-alive. Some URLs get two attempts, and some GET. */
function poll(
  t: ExecutionContext,
  timeoutMs: number,
  rounds: number,
  urls: readonly string[],
): Promise<PollReport> {
  const options = { timeoutMs, concurrency: 128, hostConcurrency: 64 }
  const job: PollJob = {
    rounds: Array.from({ length: rounds }, (_, round) => ({ ...options, keepAlive: round % 2 === 1 })),
    polls: POLLS,
    urls,
    resources: Array.from({ length: 15 }, (_, n) => ({
      verdict: n % 3 === 0 ? 'up' : 'down',
      headRefusedUntil: n % 5 === 0 ? 1e15 : 0,
    })),
  }
  return runScript(t, 'poll', [JSON.stringify(job)])
}

async function badCertificate(): Promise<HostileServer> {
  const server = createServer(await selfSigned([{ type: 'ip', value: '127.0.0.1' }]), () => {})
  return HostileServer.start(
    {},
    server.on('tlsClientError', () => {}),
  )
}

/** Checks that the process holds no more after the last round than after the first two, which fill the caches. */
function isFlat(t: ExecutionContext, { leftovers, reasons }: PollReport): void {
  const [first, last] = [leftovers[1], leftovers.at(-1)] as [Leftovers, Leftovers]
  t.log(reasons, last)
  t.is(last.descriptors, first.descriptors)
  t.true(last.heapMb - first.heapMb < 3, `${first.heapMb} MB, then ${last.heapMb} MB`)
}

test('polls of all hostile cases leave nothing behind', async (t) => {
  t.timeout(600_000)
  const plain = await HostileServer.start()
  const secure = await badCertificate()
  t.teardown(() => Promise.all([plain.close(), secure.close()]))
  const urls = Object.keys(SCRIPTS).map((name) => plain.url(name))
  urls.push(
    `https://127.0.0.1:${secure.port}/ok`,
    `https://127.0.0.1:${plain.port}/ok`,
    'http://127.0.0.1:1/',
  )
  isFlat(t, await poll(t, 150, 6, urls))
  const asked = new Set(plain.heads.map((head) => head.split(' ')[1]?.replace(/\?.*/, '')))
  for (const name of Object.keys(SCRIPTS)) t.true(asked.has(`/${name}`), name)
  await t.notThrowsAsync(waitUntil(() => plain.open + secure.open === 0))
})

test('polls of a bad certificate leave nothing behind, in the heap or outside it', async (t) => {
  t.timeout(600_000)
  const secure = await badCertificate()
  t.teardown(() => secure.close())
  const report = await poll(t, 10_000, 5, [`https://127.0.0.1:${secure.port}/ok`])
  isFlat(t, report)
  // A busy machine finishes no handshake of 64 at once in the time of the hostile cases.
  t.deepEqual(Object.keys(report.reasons), ['tls-untrusted'])
  const rss = report.leftovers.map(({ rssMb }) => Math.round(rssMb))
  t.log(rss)
  // It varies by a few MB. Leaked OpenSSL objects of a thousand polls take more.
  t.true((rss.at(-1) ?? Infinity) - (rss[1] ?? 0) < 50, `${rss.join(', ')} MB`)
  await t.notThrowsAsync(waitUntil(() => secure.open === 0))
})

test('polls of all that is hostile over HTTP/2, in TLS, on kept connections, in bodies and in DNS leave nothing behind', async (t) => {
  t.timeout(600_000)
  const { hostile, resolver, tls } = await neighbours(t)
  const urls = hostile.flatMap(({ name, url }) => (name.startsWith('HTTP/1') ? [] : [url]))
  const options = { timeoutMs: 1_000, concurrency: 128, hostConcurrency: 64, resolvers: [resolver], tls }
  const job: PollJob = {
    rounds: [
      {},
      { keepAlive: true, body: ['x'] },
      { http2: true },
      { http2: true, keepAlive: true },
      { body: ['x'] },
      {},
    ].map((mode) => ({ ...options, ...mode })),
    polls: 3 * urls.length,
    urls,
  }
  const report = await runScript<PollReport>(t, 'poll', [JSON.stringify(job)])
  isFlat(t, report)
  for (const reason of ['protocol', 'tls', 'dns', 'body', 'status'])
    t.true((report.reasons[reason] ?? 0) > 0, JSON.stringify(report.reasons))
})
