import test from 'ava'
import { dnsServer } from '../helpers/dns-server.ts'
import { HostileServer } from '../helpers/hostile-server.ts'
import { headcount } from '../helpers/program.ts'

test('a second --resolver is asked when the first fails, in the first round too', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const broken = await dnsServer(t, { '*': 'SERVFAIL' })
  const working = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'] } })
  const resolvers = ['--resolver', broken.address, '--resolver', working.address]
  const args = ['--once', '--format', 'json', '--pool-size', '1', ...resolvers]
  const { code, stdout } = await headcount(t, [...args, `http://a.example:${server.port}/ok`])
  t.is(code, 0)
  t.regex(stdout, /"verdict":"up"/)
  t.true(broken.count('A a.example') > 0)
})

for (const failing of ['SERVFAIL', 'REFUSED'] as const) {
  test(`--once where the name servers say ${failing} to every name: unknown`, async (t) => {
    const server = await dnsServer(t, { '*': failing })
    const args = ['--once', '--format', 'json', '--pool-size', '1', '--resolver', server.address]
    const { stdout } = await headcount(t, [...args, 'http://a.example/', 'http://b.example/'])
    t.deepEqual(
      [...stdout.matchAll(/"verdict":"(\w+)"/g)].map(([, verdict]) => verdict),
      ['unknown', 'unknown'],
    )
  })
}
