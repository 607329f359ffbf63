import test from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { Attempt } from '../../../src/poll/attempt/attempt.ts'
import { blackHole } from '../../helpers/black-hole.ts'
import { startGreeter, outcome, testDialer, testAttempt } from '../../helpers/test-dialer.ts'
import { freePort } from '../../helpers/free-port.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** Counts by kind the handles that keep this thread running. */
function held(): Record<string, number> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (kind) => kind)).map(([kind, all]) => [
      kind,
      all?.length ?? 0,
    ]),
  )
}

test('dials of every kind leave nothing behind, with or without reaching their deadline', async (t) => {
  const dead = await blackHole(t, ['127.0.0.1', '127.0.0.2'])
  const alive = await startGreeter(t, ['127.0.0.1'])
  const refusing = await freePort()
  const server = await dnsServer(t, {
    'both.example': { a: ['127.0.0.1'], aaaa: ['::1'] },
    'two.example': { a: ['127.0.0.1', '127.0.0.2'] },
    'silent.example': 'silent',
    'late.example': { a: ['127.0.0.1'], aaaa: ['::1'], silent: ['AAAA'] },
    'servfail.example': 'SERVFAIL',
  })
  const dialer = await testDialer(t, { resolvers: [server.address] })
  const cases = [
    ['127.0.0.1', alive],
    ['127.0.0.1', dead],
    ['127.0.0.1', refusing],
    ['both.example', alive],
    ['both.example', dead],
    ['both.example', refusing],
    ['two.example', dead],
    ['silent.example', alive],
    ['late.example', dead],
    ['servfail.example', alive],
    ['missing.example', alive],
  ] as const
  await outcome(dialer.dial(testAttempt(t), 'both.example', alive))
  const before = held()
  for (let round = 0; round < 20; round++) {
    const dials = cases.map(([host, port]) => {
      const attempt = new Attempt(0, monotonicMs)
      const end = outcome(dialer.dial(attempt, host, port))
      setTimeout(() => attempt.expire(), round * 5)
      return end
    })
    for (const end of await Promise.all(dials))
      t.regex(end, /^(127\.0\.0\.1|(timeout|refused|dns|local): .+)$/)
  }
  dialer.close()
  const kinds = ['TCPSocketWrap', 'TCPConnectWrap', 'Timeout', 'FSReqPromise']
  await waitUntil(() => kinds.every((kind) => (held()[kind] ?? 0) <= (before[kind] ?? 0)))
  t.pass()
})
