import test from 'ava'
import { monotonicMs } from '../../../src/clock.ts'
import type { Answer } from '../../../src/poll/names/answer.ts'
import { NameServers } from '../../../src/poll/names/servers.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { until } from '../../helpers/until.ts'

test('when one name is all that is asked and it gets no answer, the probe tells whether the server is there', async (t) => {
  const server = await dnsServer(t, { 'silent.example': 'silent' })
  const asking = { servers: [server.address], timeoutMs: 5_000, attempts: 2, family: 4 } as const
  const servers = new NameServers(asking, monotonicMs)
  t.teardown(() => servers.close())
  const began = monotonicMs()
  servers.ask(
    'silent.example.',
    () => true,
    () => {},
  )
  await until(() => servers.health.heardAt >= began)
  t.false(servers.health.silentSince(began, monotonicMs()))
  t.is(server.count('NS .'), 1)
})

test('who does not answer in all the time that resolv.conf gives has failed', async (t) => {
  const server = await dnsServer(t, { '*': 'silent' })
  const asking = { servers: [server.address], timeoutMs: 100, attempts: 2, family: 0 } as const
  const servers = new NameServers(asking, monotonicMs)
  t.teardown(() => servers.close())
  const began = monotonicMs()
  const answer = await new Promise<Answer>((resolve) => servers.ask('a.example.', () => true, resolve))
  t.is(answer.code, 'ETIMEOUT')
  t.true(monotonicMs() - began >= 200)
  t.true(servers.health.silentSince(began, began + 60_000))
})

test('nobody waits any more: the question is not asked again', async (t) => {
  const server = await dnsServer(t, { '*': 'silent' })
  const now = 0
  const servers = new NameServers(
    { servers: [server.address], timeoutMs: 100, attempts: 1, family: 4 },
    () => now,
  )
  t.teardown(() => servers.close())
  let waited = 3
  const answer = await new Promise<Answer>((resolve) =>
    servers.ask('a.example.', () => --waited > 0, resolve),
  )
  t.is(answer.code, 'ETIMEOUT')
  t.is(server.count('A a.example'), 3)
})
