import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { Attempt } from '../../../src/poll/attempt/attempt.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import { blackHole } from '../../helpers/black-hole.ts'
import { startGreeter, outcome, testDialer, testAttempt } from '../../helpers/test-dialer.ts'
import { freePort } from '../../helpers/free-port.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { runScript } from '../../helpers/program.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

for (const [hostname, listens, family, expected] of [
  ['127.0.0.1', '127.0.0.1', 0, '127.0.0.1'],
  ['[::1]', '::1', 0, '::1'],
  ['127.0.0.1', '127.0.0.1', 4, '127.0.0.1'],
  ['[::1]', '::1', 6, '::1'],
  ['localhost', '127.0.0.1', 0, '127.0.0.1'],
  ['localhost', '::1', 0, '::1'],
  ['localhost', '::1', 6, '::1'],
  ['a.example', '127.0.0.1', 0, '127.0.0.1'],
  ['a.example', '::1', 0, '::1'],
  ['127.0.0.1', '127.0.0.1', 6, 'policy: 127.0.0.1 is not an IPv6 address, and only IPv6 is allowed'],
  ['[::1]', '::1', 4, 'policy: [::1] is not an IPv4 address, and only IPv4 is allowed'],
] as const) {
  test(`${hostname}, family ${family}, where ${listens} listens`, async (t) => {
    const port = await startGreeter(t, [listens])
    const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'], aaaa: ['::1'] } })
    const dialer = await testDialer(t, { family, resolvers: [server.address] })
    t.is(await outcome(dialer.dial(testAttempt(t), hostname, port)), expected)
  })
}

test('an IP address needs no lookup, a name needs one', async (t) => {
  const port = await startGreeter(t, ['127.0.0.1'])
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'] } })
  const dialer = await testDialer(t, { resolvers: [server.address] }, () => 0)
  await outcome(dialer.dial(testAttempt(t), '127.0.0.1', port))
  t.deepEqual(server.asked, [])
  for (let poll = 0; poll < 3; poll++)
    t.is(await outcome(dialer.dial(testAttempt(t), 'a.example', port)), '127.0.0.1')
  t.deepEqual(server.asked.toSorted(), ['A a.example', 'AAAA a.example'])
})

test('the phases are measured separately, and a cached name takes no time', async (t) => {
  const port = await startGreeter(t, ['127.0.0.1'])
  // Each reading of the clock advances it by 1 ms, and each answer of the name server by another second.
  let ms = 0
  const now = () => ms++
  const slow = (reply: Buffer) => {
    ms += 1_000
    return reply
  }
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'], spoilt: slow } })
  const dialer = await testDialer(t, { resolvers: [server.address] }, now)
  const first = new Attempt(10_000, now)
  await outcome(dialer.dial(first, 'a.example', port))
  const { dns, connect } = first.phasesMs
  t.true(dns >= 1_000 && connect > 0 && connect < 1_000, JSON.stringify(first.phasesMs))
  const second = new Attempt(10_000, now)
  await outcome(dialer.dial(second, 'a.example', port))
  t.is(second.phasesMs.dns, 0)
})

test('a refusal on both families names both addresses', async (t) => {
  const port = await freePort()
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'], aaaa: ['::1'] } })
  const dialer = await testDialer(t, { resolvers: [server.address] })
  t.is(
    await outcome(dialer.dial(testAttempt(t), 'a.example', port)),
    `refused: ${['[::1]', '127.0.0.1'].map((host) => `${REASON_FACTS.refused.text} ${host}:${port}`).join(', ')}`,
  )
})

test('a name that does not exist', async (t) => {
  const server = await dnsServer(t, {})
  const dialer = await testDialer(t, { resolvers: [server.address] })
  const expected = 'dns: missing.example: no such name (NXDOMAIN)'
  t.is(await outcome(dialer.dial(testAttempt(t), 'missing.example', 80)), expected)
  t.is(await outcome(dialer.dial(testAttempt(t), 'missing.example', 80)), expected)
})

test('the IPv6 address is dead, the IPv4 address works', async (t) => {
  const port = await blackHole(t, ['::1'])
  await startGreeter(t, ['127.0.0.1'], port)
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'], aaaa: ['::1'] } })
  const dialer = await testDialer(t, { resolvers: [server.address] })
  t.is(await outcome(dialer.dial(testAttempt(t), 'a.example', port)), '127.0.0.1')
})

test('an address that was reached is tried first from then on', async (t) => {
  const port = await startGreeter(t, ['127.0.0.1'])
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'], aaaa: ['::1'] } })
  const dialer = await testDialer(t, { resolvers: [server.address] })
  t.is(await outcome(dialer.dial(testAttempt(t), 'a.example', port)), '127.0.0.1')
  await startGreeter(t, ['::1'], port)
  t.is(await outcome(dialer.dial(testAttempt(t), 'a.example', port)), '127.0.0.1')
})

test('the deadline ends a connection attempt without an answer', async (t) => {
  const port = await blackHole(t, ['127.0.0.1'])
  const dialer = await testDialer(t)
  const attempt = new Attempt(1_000, () => 0)
  const end = outcome(dialer.dial(attempt, '127.0.0.1', port))
  await setImmediate()
  attempt.expire()
  t.is(await end, `timeout: ${REASON_FACTS.timeout.text} (connect)`)
})

test('a resolver that is silent for every name is a local fault', async (t) => {
  const server = await dnsServer(t, { '*': 'silent' })
  let now = 0
  const dialer = await testDialer(t, { resolvers: [server.address] }, () => now)
  const attempts = Array.from({ length: 5 }, () => new Attempt(500, () => now))
  const ends = attempts.map((attempt, n) => outcome(dialer.dial(attempt, `n${n}.example`, 80)))
  await waitUntil(() => server.asked.length >= 10)
  now = 500
  for (const attempt of attempts) attempt.expire()
  t.deepEqual(new Set(await Promise.all(ends)), new Set(['local: the name servers do not answer']))
})

test('a silent zone is a time-out if the resolver answers for others', async (t) => {
  const server = await dnsServer(t, { 'dead.example': 'silent' })
  let now = 0
  const dialer = await testDialer(t, { resolvers: [server.address] }, () => now)
  const attempt = new Attempt(5_000, () => now)
  const end = outcome(dialer.dial(attempt, 'dead.example', 80))
  const timer = setInterval(() => (now += 20) >= 5_000 && attempt.expire(), 5)
  t.teardown(() => clearInterval(timer))
  t.is(await end, `timeout: ${REASON_FACTS.timeout.text} (dns)`)
})

test('denyPrivate: only public addresses of a name are tried', async (t) => {
  const hosts = '10.0.0.1 mixed.example\n8.8.8.8 mixed.example\n10.0.0.1 private.example\n::1 private.example'
  const dialer = await testDialer(t, { denyPrivate: true }, monotonicMs, { hosts })
  // The attempts end before anything outside this machine is dialled. The lookups go on.
  const dial = async (name: string, attempt: Attempt) => {
    const end = outcome(dialer.dial(attempt, name, 1))
    attempt.expire()
    return end
  }
  const timeout = `timeout: ${REASON_FACTS.timeout.text} (dns)`
  // The hosts file has not been read yet, which is a local fault.
  const early = 'local: the hosts file could not be read in time'
  t.is(await dial('mixed.example', testAttempt(t)), early)
  t.is(await dial('private.example', testAttempt(t)), early)
  const over = testAttempt(t)
  over.expire()
  const policy = 'policy: not a public address: ::1, 10.0.0.1'
  for (let end = ''; end !== policy; end = await dial('private.example', over)) await setImmediate()
  t.is(await dial('mixed.example', over), timeout)
})

for (const hostname of ['127.0.0.1', '[::1]', '[::ffff:7f00:1]', '0.0.0.0', 'localhost']) {
  test(`${hostname} under denyPrivate`, async (t) => {
    const dialer = await testDialer(t, { denyPrivate: true })
    t.regex(await outcome(dialer.dial(testAttempt(t), hostname, 80)), /^policy: not a public address: /)
  })
}

test('out of descriptors is a local fault, for a name and for an address', async (t) => {
  const prefix = ['sh', '-c', 'ulimit -n 64; exec "$0" "$@"']
  t.deepEqual(await runScript(t, 'out-of-descriptors', [], { prefix }), [
    'local: out of file descriptors 127.0.0.1:1 (EMFILE)',
    'local: the name server 127.0.0.1:53 could not be asked: out of file descriptors (EMFILE)',
  ])
})

test('after close() lookups fail without throwing', async (t) => {
  const dialer = await testDialer(t, { resolvers: ['127.0.0.1'] })
  dialer.close()
  t.regex(await outcome(dialer.dial(testAttempt(t), 'a.example', 80)), /^local: /)
})

for (const count of [1, 16, 17, 64, 400]) {
  test(`a name with ${count} addresses of which only the last answers`, async (t) => {
    const all = Array.from({ length: count }, (_, n) => `127.9.${Math.floor(n / 200)}.${(n % 200) + 1}`)
    const port = await startGreeter(t, all.slice(-1))
    const server = await dnsServer(t, { 'a.example': { a: all } })
    const dialer = await testDialer(t, { resolvers: [server.address] })
    t.is(await outcome(dialer.dial(testAttempt(t), 'a.example', port)), all.at(-1) ?? '')
  })
}
