import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import type { DnsAnswer } from '../../../src/poll/dns/dns-answer.ts'
import { NameServers } from '../../../src/poll/dns/name-servers.ts'
import type { NameServerOptions } from '../../../src/poll/dns/name-servers.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

function nameServers(
  t: ExecutionContext,
  asking: Partial<NameServerOptions> & Pick<NameServerOptions, 'servers'>,
  now = monotonicMs,
): NameServers {
  const defaults = { timeoutMs: 5_000, attempts: 2, rotate: false, family: 4 } as const
  const servers = new NameServers({ ...defaults, ...asking }, now)
  t.teardown(() => servers.close())
  return servers
}

function ask(servers: NameServers, name: string, wanted = () => true): Promise<DnsAnswer> {
  return new Promise((resolve) => void servers.ask(name, wanted, resolve))
}

test('if the only name gets no answer, a probe shows whether the server works', async (t) => {
  const server = await dnsServer(t, { 'silent.example': 'silent' })
  const servers = nameServers(t, { servers: [server.address] })
  const asked = servers.ask(
    'silent.example.',
    () => true,
    () => {},
  )
  t.like(asked.current(), { code: 'LOCAL', detail: 'the name servers do not answer' })
  await waitUntil(() => asked.current().code === 'TIMEOUT')
  t.true(server.count('NS .') > 1)
})

test('a server that does not answer within the time of resolv.conf has failed', async (t) => {
  const server = await dnsServer(t, { '*': 'silent', '.': 'silent' })
  let now = 0
  const servers = nameServers(
    t,
    { servers: [server.address], timeoutMs: 1_000, attempts: 2, family: 0 },
    () => now,
  )
  const answer = ask(servers, 'a.example.')
  const timer = setInterval(() => (now += 10), 5)
  t.teardown(() => clearInterval(timer))
  t.like(await answer, { code: 'LOCAL', detail: 'the name servers do not answer' })
  t.true(now >= 2_000)
})

test('a query that nobody waits for is not repeated', async (t) => {
  const server = await dnsServer(t, { '*': 'silent' })
  const servers = nameServers(t, { servers: [server.address], timeoutMs: 1_000, attempts: 1 })
  await ask(servers, 'a.example.', () => false)
  t.deepEqual(server.asked, ['A a.example'])
})
