import { writeFile } from 'node:fs/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { NEGATIVE_TTL_MS, FAILURE_TTL_MS } from '../../../src/poll/dns/dns-cache.ts'
import { Resolver } from '../../../src/poll/dns/resolver.ts'
import type { LookupResult } from '../../../src/poll/dns/resolver.ts'
import { CHECK_MS } from '../../../src/poll/dns/system-files.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import { nameFiles } from '../../helpers/test-dialer.ts'
import { freePort } from '../../helpers/free-port.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import type { DnsServer } from '../../helpers/dns-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

interface Setting {
  readonly resolver: string
  readonly family?: 0 | 4 | 6
  readonly hosts?: string
  readonly resolvConf?: string
  readonly now?: () => number
}

async function setUp(t: ExecutionContext, setting: Setting) {
  const { resolver, family = 0, now = monotonicMs } = setting
  const files = await nameFiles(t, setting)
  const names = new Resolver({ family, resolvers: [resolver] }, now, files)
  t.teardown(() => names.close())
  return { names, files }
}

/** Resolves a name as the Dialer does: from the cache, otherwise by a lookup. */
async function ask(names: Resolver, name: string): Promise<string> {
  const found =
    names.known(name) ?? (await new Promise<LookupResult>((resolve) => names.lookup(name, resolve)))
  return isFailure(found) ? `${found.reason}: ${found.detail}` : found.join(' ')
}

/** Waits while the clock advances, which makes unanswered queries repeat. */
async function during<T>(promise: Promise<T>, goOn: () => void): Promise<T> {
  const timer = setInterval(goOn, 10)
  try {
    return await promise
  } finally {
    clearInterval(timer)
  }
}

const zone = {
  'both.example': { a: ['192.0.2.1', '192.0.2.2'], aaaa: ['2001:db8::1'] },
  'four.example': { a: ['192.0.2.4'] },
  'six.example': { aaaa: ['2001:db8::6'] },
  'chain.example': { cname: 'link.example' },
  'link.example': { cname: 'both.example' },
  'dangling.example': { cname: 'nowhere.example' },
  'empty.example': {},
  'servfail.example': 'SERVFAIL',
  'refused.example': 'REFUSED',
  'formerr.example': 'FORMERR',
} as const

for (const [name, family, expected] of [
  ['both.example', 0, '2001:db8::1 192.0.2.1 192.0.2.2'],
  ['both.example', 4, '192.0.2.1 192.0.2.2'],
  ['both.example', 6, '2001:db8::1'],
  ['both.example.', 0, '2001:db8::1 192.0.2.1 192.0.2.2'],
  ['four.example', 0, '192.0.2.4'],
  ['six.example', 0, '2001:db8::6'],
  ['chain.example', 0, '2001:db8::1 192.0.2.1 192.0.2.2'],
  ['dangling.example', 0, 'dns: dangling.example: the name has no address (NODATA)'],
  ['empty.example', 0, 'dns: empty.example: the name has no address (NODATA)'],
  ['four.example', 6, 'dns: four.example: the name has no address (NODATA), IPv6 only'],
  ['missing.example', 0, 'dns: missing.example: no such name (NXDOMAIN)'],
  ['servfail.example', 0, 'dns: servfail.example: the name server failed (SERVFAIL)'],
  ['refused.example', 4, 'dns: refused.example: the name server refused the query (REFUSED)'],
  ['formerr.example', 4, 'dns: formerr.example: the name server did not understand the query (FORMERR)'],
  ['a..example', 0, 'dns: a..example: the name is not a valid DNS name'],
  [`${'x'.repeat(64)}.example`, 0, `dns: ${'x'.repeat(64)}.example: the name is not a valid DNS name`],
] as const) {
  test(`${name.slice(0, 40)}, family ${family}`, async (t) => {
    const server = await dnsServer(t, { ...zone })
    const { names } = await setUp(t, { resolver: server.address, family })
    t.is(await ask(names, name), expected)
  })
}

test('concurrent lookups of one name share their queries', async (t) => {
  const server = await dnsServer(t, { ...zone })
  const { names } = await setUp(t, { resolver: server.address, now: () => 0 })
  const all = await Promise.all(Array.from({ length: 50 }, () => ask(names, 'both.example')))
  t.deepEqual(new Set(all), new Set(['2001:db8::1 192.0.2.1 192.0.2.2']))
  t.deepEqual(server.asked.toSorted(), ['A both.example', 'AAAA both.example'])
})

test('a cancelled lookup gets no result, the others do', async (t) => {
  const server = await dnsServer(t, { ...zone })
  const { names } = await setUp(t, { resolver: server.address })
  const stop = names.lookup('both.example', () => t.fail())
  const others = ask(names, 'both.example')
  stop()
  t.is(await others, '2001:db8::1 192.0.2.1 192.0.2.2')
})

test('a record that changes is followed when its TTL is over', async (t) => {
  const server = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'], ttl: 60 } })
  let now = 0
  const { names } = await setUp(t, { resolver: server.address, now: () => now })
  t.is(await ask(names, 'a.example'), '192.0.2.1')
  server.zone['a.example'] = { a: ['192.0.2.2'], ttl: 60 }
  now = 59_999
  t.is(await ask(names, 'a.example'), '192.0.2.1')
  t.is(server.count('A a.example'), 1)
  now = 60_000
  t.is(await ask(names, 'a.example'), '192.0.2.2')
})

test('the shortest TTL of a chain counts', async (t) => {
  const chain = { 'a.example': { cname: 'b.example', ttl: 10 }, 'b.example': { a: ['192.0.2.1'], ttl: 600 } }
  const server = await dnsServer(t, chain)
  let now = 0
  const { names } = await setUp(t, { resolver: server.address, now: () => now })
  await ask(names, 'a.example')
  now = 10_000
  t.is(names.known('a.example'), undefined)
})

for (const [name, keptMs] of [
  ['missing.example', NEGATIVE_TTL_MS],
  ['empty.example', NEGATIVE_TTL_MS],
  ['servfail.example', FAILURE_TTL_MS],
] as const) {
  test(`the failure of ${name} is cached for ${keptMs} ms`, async (t) => {
    const server = await dnsServer(t, { ...zone })
    let now = 0
    const { names } = await setUp(t, { resolver: server.address, now: () => now })
    const first = await during(ask(names, name), () => (now += 20))
    const began = now
    const asked = server.count(`A ${name}`)
    server.zone[name] = { a: ['192.0.2.1'] }
    now = began + keptMs - 1
    t.is(await ask(names, name), first)
    t.is(server.count(`A ${name}`), asked)
    now = began + keptMs
    t.is(await ask(names, name), '192.0.2.1')
  })
}

test('the hosts file comes before the name servers', async (t) => {
  const server = await dnsServer(t, { ...zone })
  const hosts = '192.0.2.9 both.example other.example\n2001:db8::9 other.example'
  const { names } = await setUp(t, { resolver: server.address, hosts })
  t.is(await ask(names, 'both.example'), '192.0.2.9')
  t.is(await ask(names, 'both.example.'), '192.0.2.9')
  t.is(await ask(names, 'other.example'), '2001:db8::9 192.0.2.9')
  t.is(server.asked.length, 0)
  t.is(await ask(names, 'four.example'), '192.0.2.4')
})

test('the hosts file is followed when it changes', async (t) => {
  const server = await dnsServer(t, { ...zone })
  let now = 0
  const { names, files } = await setUp(t, { resolver: server.address, now: () => now })
  t.is(await ask(names, 'four.example'), '192.0.2.4')
  await writeFile(files.hosts, '192.0.2.9 four.example')
  now = CHECK_MS - 1
  t.is(await ask(names, 'four.example'), '192.0.2.4')
  now = CHECK_MS
  names.known('four.example')
  await waitUntil(() => names.known('four.example') === undefined)
  t.is(await ask(names, 'four.example'), '192.0.2.9')
})

for (const [name, hosts, expected] of [
  ['localhost', '', '::1 127.0.0.1'],
  ['a.b.localhost', '', '::1 127.0.0.1'],
  ['localhost.', '', '::1 127.0.0.1'],
  ['localhost', '127.0.0.2 localhost', '127.0.0.2'],
  ['a.localhost', '127.0.0.2 localhost', '::1 127.0.0.1'],
  ['notlocalhost', '', 'dns: notlocalhost: no such name (NXDOMAIN)'],
] as const) {
  test(`${name} with ${hosts || 'an empty hosts file'}`, async (t) => {
    const server = await dnsServer(t, {})
    const { names } = await setUp(t, { resolver: server.address, hosts })
    t.is(await ask(names, name), expected)
    t.is(server.asked.length === 0, !expected.startsWith('dns'))
  })
}

test('search domains are tried in order until one has the name', async (t) => {
  const server = await dnsServer(t, {
    'a.b.two.test': { a: ['192.0.2.1'] },
    'a.b.three.test': { a: ['192.0.2.2'] },
  })
  const resolvConf = 'search one.test two.test three.test\noptions ndots:2'
  const { names } = await setUp(t, { resolver: server.address, family: 4, resolvConf, now: () => 0 })
  t.is(await ask(names, 'a.b'), '192.0.2.1')
  t.deepEqual(server.asked, ['A a.b.one.test', 'A a.b.two.test'])
  t.is(await ask(names, 'a.b.'), 'dns: a.b.: no such name (NXDOMAIN)')
})

test('if no search domain has the name, the result is that of the name itself', async (t) => {
  const server = await dnsServer(t, { 'a.b': {}, 'a.b.one.test': 'SERVFAIL' })
  const { names } = await setUp(t, {
    resolver: server.address,
    family: 4,
    resolvConf: 'search one.test two.test',
  })
  t.is(await ask(names, 'a.b'), 'dns: a.b: the name has no address (NODATA), IPv4 only')
  t.deepEqual([...new Set(server.asked)], ['A a.b', 'A a.b.one.test', 'A a.b.two.test'])
})

test('resolv.conf names the servers, and is followed when it changes', async (t) => {
  const server = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'] }, 'a.test': { a: ['192.0.2.2'] } })
  let now = 0
  const { names, files } = await setUp(t, { resolver: server.address, now: () => now })
  t.is(await ask(names, 'a'), 'dns: a: no such name (NXDOMAIN)')
  await writeFile(files.resolvConf, 'search example')
  now = NEGATIVE_TTL_MS + CHECK_MS
  t.is(await ask(names, 'a'), '192.0.2.1')
})

test('a missing answer for IPv6 does not delay IPv4, nor the reverse', async (t) => {
  const both = { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] }
  const server = await dnsServer(t, {
    'no6.example': { ...both, silent: ['AAAA'] },
    'no4.example': { ...both, silent: ['A'] },
  })
  const { names } = await setUp(t, { resolver: server.address, resolvConf: 'options timeout:30' })
  t.is(await ask(names, 'no6.example'), '192.0.2.1')
  t.is(await ask(names, 'no4.example'), '2001:db8::1')
})

test('an answer for the late family is used from then on', async (t) => {
  const server = await dnsServer(t, {
    'a.example': { a: ['192.0.2.1'], aaaa: ['2001:db8::1'], silent: ['AAAA'] },
  })
  let now = 0
  const { names } = await setUp(t, { resolver: server.address, now: () => now })
  t.is(await ask(names, 'a.example'), '192.0.2.1')
  server.zone['a.example'] = { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] }
  const addresses = () => [names.known('a.example')].flat()
  await during(
    waitUntil(() => addresses().length === 2),
    () => (now += 20),
  )
  t.deepEqual(addresses(), ['2001:db8::1', '192.0.2.1'])
  t.is(server.count('A a.example'), 1)
})

test('a dead zone and a slow one do not delay other names, and the slow one is waited for', async (t) => {
  const server: DnsServer = await dnsServer(t, {
    ...zone,
    'dead.example': 'silent',
    'slow.example': { a: ['192.0.2.7'], delayMs: 3_000 },
  })
  const { names } = await setUp(t, { resolver: server.address, family: 4 })
  const ends: string[] = []
  const end = (name: string) => ask(names, name).then((answer) => ends.push(`${name} ${answer}`))
  // c-ares learns how fast this server is and gives the slow zone up after two seconds.
  for (let n = 0; n < 20; n++) await ask(names, `n${n}.example`)
  void end('dead.example')
  const slow = end('slow.example')
  for (let n = 0; n < 100; n++) await ask(names, `m${n}.example`)
  await end('both.example')
  t.deepEqual(ends, ['both.example 192.0.2.1 192.0.2.2'])
  await slow
  t.deepEqual(ends[1], 'slow.example 192.0.2.7')
})

test('a resolver that does not exist is a local fault', async (t) => {
  const resolver = `127.0.0.1:${await freePort()}`
  const { names } = await setUp(t, { resolver })
  t.is(
    await ask(names, 'a.example'),
    `local: the name server ${resolver} could not be asked: ${REASON_FACTS.refused.text}`,
  )
})

test('no answer within the time of resolv.conf: a silent resolver is a local fault, a silent zone is not', async (t) => {
  const server = await dnsServer(t, { '*': 'silent' })
  const resolvConf = 'search .\noptions timeout:3 attempts:1'
  const silent = await setUp(t, { resolver: server.address, resolvConf })
  t.is(await ask(silent.names, 'a.example'), 'local: the name servers do not answer')
  server.zone['.'] = {}
  const alive = await setUp(t, { resolver: server.address, resolvConf })
  t.is(await ask(alive.names, 'a.example'), 'dns: a.example: no answer from the name servers (timeout)')
})

test('a resolver that fails for every name is at fault; if it fails for some, the names are', async (t) => {
  const server = await dnsServer(t, { '*': 'SERVFAIL' })
  const { names } = await setUp(t, { resolver: server.address, family: 4 })
  for (let n = 0; n < 3; n++) {
    t.is(
      await ask(names, `n${n}.example`),
      'local: lookups of every name fail: the name server failed (SERVFAIL)',
    )
  }
  server.zone['well.example'] = { a: ['192.0.2.1'] }
  t.is(await ask(names, 'well.example'), '192.0.2.1')
  t.regex(await ask(names, 'n.example'), /^dns: /)
})

test('many dead zones at a resolver that works', async (t) => {
  const server = await dnsServer(t, { '*': 'SERVFAIL', '.': {} })
  const { names } = await setUp(t, { resolver: server.address, family: 4 })
  for (let n = 0; n < 10; n++) t.regex(await ask(names, `n${n}.example`), /^dns: /)
})

test('close() before the files are read ends the lookups too', async (t) => {
  const server = await dnsServer(t, { ...zone })
  const { names } = await setUp(t, { resolver: server.address })
  const answer = ask(names, 'both.example')
  names.close()
  t.regex(await answer, /^local: /)
  t.is(server.asked.length, 0)
})

test('close() ends lookups from before a change of resolv.conf', async (t) => {
  const server = await dnsServer(t, { 'a.example': 'silent' })
  let now = 0
  const { names, files } = await setUp(t, { resolver: server.address, now: () => now })
  const answer = ask(names, 'a.example')
  await waitUntil(() => server.asked.length > 0)
  await writeFile(files.resolvConf, 'search example')
  now = CHECK_MS
  t.regex(await ask(names, 'b.example'), /^dns: /)
  names.close()
  t.regex(await answer, /^local: /)
})

test('an answer to a query from before a change of resolv.conf is used but not cached', async (t) => {
  const server = await dnsServer(t, { 'a.example': 'silent' })
  let now = 0
  const { names, files } = await setUp(t, {
    resolver: server.address,
    resolvConf: 'options timeout:1 attempts:5',
    now: () => now,
  })
  const answer = ask(names, 'a.example')
  await waitUntil(() => server.asked.length > 0)
  await writeFile(files.resolvConf, 'search example')
  now = CHECK_MS
  t.regex(await ask(names, 'b.example'), /^dns: /)
  server.zone['a.example'] = { a: ['192.0.2.1'] }
  t.is(await during(answer, () => (now += 20)), '192.0.2.1')
  t.is(names.known('a.example'), undefined)
  t.is(await ask(names, 'a.example'), '192.0.2.1')
  t.deepEqual(names.known('a.example'), ['192.0.2.1'])
})

test('close() ends all lookups', async (t) => {
  const server = await dnsServer(t, { 'a.example': 'silent' })
  const { names } = await setUp(t, { resolver: server.address })
  const answer = ask(names, 'a.example')
  await waitUntil(() => server.asked.length > 0)
  names.close()
  t.is(await answer, 'local: lookups have ended')
  t.regex(await ask(names, 'b.example'), /^local: /)
})

test('an invalid resolver address is refused at once', (t) => {
  t.throws(() => new Resolver({ family: 0, resolvers: ['a.example'] }, monotonicMs), {
    instanceOf: TypeError,
  })
})
