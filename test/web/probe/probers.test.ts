import { createServer, TLSSocket } from 'node:tls'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { RequestValues } from '../../../src/poll/http/request-values.ts'
import { compileDns } from '../../../src/web/probe/dns-probe.ts'
import type { ProbeContext } from '../../../src/web/probe/probe-context.ts'
import { emptyReport } from '../../../src/web/probe/report.ts'
import { compileTcp } from '../../../src/web/probe/tcp-probe.ts'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { DEFAULT_TLS } from '../../../src/settings/probe-module.ts'
import type { DnsProbeRules, QueryResponse, TcpProbeRules } from '../../../src/settings/probe-module.ts'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { testAttempt, testDialer } from '../../helpers/test-dialer.ts'

const NETWORK = { preferred: 4, fallback: true, tls: DEFAULT_TLS } as const

const TCP: TcpProbeRules = { ...NETWORK, prober: 'tcp', source: null, useTls: false, queryResponse: [] }

const NO_RULES = { matches: [], allMatch: [], notMatches: [], noneMatches: [] }

const DNS: DnsProbeRules = {
  ...NETWORK,
  prober: 'dns',
  source: null,
  transport: 'udp',
  overTls: false,
  queryName: 'a.example',
  queryType: 1,
  queryClass: 1,
  recursion: true,
  validRcodes: [0],
  answer: NO_RULES,
  authority: NO_RULES,
  additional: NO_RULES,
}

const NO_TEXTS = { ca: null, cert: null, key: null }

/** Makes one probe. Returns its report, with the lines of its log. */
async function probe(
  t: ExecutionContext,
  rules: TcpProbeRules | DnsProbeRules,
  target: string,
  timeoutMs?: number,
  now = monotonicMs,
) {
  const report = emptyReport()
  const lines: string[] = []
  const values = new RequestValues()
  const context: ProbeContext = {
    target,
    hostname: '',
    attempt: testAttempt(t, timeoutMs),
    report,
    log: (_, message) => void lines.push(message),
    dialer: await testDialer(t),
    values,
    now,
  }
  const run =
    rules.prober === 'tcp' ? compileTcp(rules, values, NO_TEXTS) : compileDns(rules, values, NO_TEXTS)
  await run(context)
  return { ...report, lines }
}

const step = (parts: Partial<QueryResponse>): QueryResponse => ({
  expect: null,
  labels: null,
  send: '',
  starttls: false,
  ...parts,
})

/** Answers each line with what `say` returns; '' for nothing. Begins with a greeting. */
function lineServer(greeting: string, say: (line: string) => string): (socket: Socket) => void {
  return (socket) => {
    socket.write(greeting)
    socket.setEncoding('latin1').on('data', (text: string) => {
      for (const line of text.split('\n').slice(0, -1)) socket.write(say(line))
    })
  }
}

test('tcp: a conversation in lines, whose parts are repeated and shown', async (t) => {
  const heard: string[] = []
  const { port } = await tcpServer(
    t,
    lineServer('hello\r\nPING :x77 v2\r\n', (line) => {
      heard.push(line)
      return 'noise\r\n:server 001 welcome'
    }),
  )
  const queryResponse = [
    step({ send: 'NICK prober' }),
    step({
      expect: 'PING :([^ ]+) (?P<v>.*)$',
      send: 'PONG ${1}',
      labels: [
        ['version', '$v'],
        ['two', '${1}-$v'],
      ],
    }),
  ]
  const report = await probe(t, { ...TCP, queryResponse }, `127.0.0.1:${port}`)
  t.like(report, { success: true, reason: 'ok', address: '127.0.0.1', tls: null })
  t.deepEqual(report.tcp, {
    failedDueToRegex: 0,
    expectInfo: { names: ['version', 'two'], values: ['v2', 'x77-v2'] },
  })
  await t.notThrowsAsync(async () => {
    while (heard.length < 2) await new Promise(setImmediate)
  })
  t.deepEqual(heard, ['NICK prober', 'PONG x77'])
})

test('tcp: what does not match until the end, in time, or in one line is no success', async (t) => {
  const ended = await tcpServer(t, (socket) => socket.end('one\ntwo'))
  const rules = { ...TCP, queryResponse: [step({ expect: '^three$' })] }
  const report = await probe(t, rules, `127.0.0.1:${ended.port}`)
  t.like(report, {
    success: false,
    reason: 'body',
    failure: null,
    tcp: { failedDueToRegex: 1, expectInfo: null },
  })
  t.is(report.lines.at(-1), 'Regexp did not match')
  // The last line has no end.
  const two = { ...TCP, queryResponse: [step({ expect: '^two$' })] }
  t.true((await probe(t, two, `127.0.0.1:${ended.port}`)).success)
  const silent = await tcpServer(t, (socket) => socket.write('one'))
  t.like(await probe(t, rules, `127.0.0.1:${silent.port}`, 200), {
    success: false,
    reason: 'timeout',
    tcp: { failedDueToRegex: 0 },
  })
  const endless = await tcpServer(t, (socket) => socket.write('x'.repeat(100_000)))
  t.like(await probe(t, rules, `127.0.0.1:${endless.port}`), {
    reason: 'protocol',
    detail: 'a line of more than 65536 bytes',
  })
  const long = await tcpServer(t, (socket) => socket.write(`${'x'.repeat(100_000)}\ntwo\n`))
  t.like(await probe(t, two, `127.0.0.1:${long.port}`), { reason: 'protocol' })
})

test('tcp: what can not be connected to fails', async (t) => {
  const { port } = await tcpServer(t)
  t.true((await probe(t, TCP, `127.0.0.1:${port}`)).success)
  t.like(await probe(t, TCP, '127.0.0.1:1'), { success: false, reason: 'refused' })
  t.like(await probe(t, TCP, '127.0.0.1'), { success: false, reason: 'dns', failure: null, lookupMs: null })
  t.like(await probe(t, { ...TCP, fallback: false, preferred: 6 }, `127.0.0.1:${port}`), {
    success: false,
    reason: 'dns',
  })
})

test('tcp: TLS from the beginning and later, with the certificate in the report', async (t) => {
  const pair = await selfSigned([{ type: 'dns', value: 'a.example' }])
  const server = createServer({ ...pair, minVersion: 'TLSv1.2' }, (socket) =>
    socket.on('error', () => {}).end('hi\n'),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const tls = { ...DEFAULT_TLS, serverName: 'a.example', ca: { text: pair.cert } }
  const queryResponse = [step({ expect: '^hi$' })]
  const good = await probe(t, { ...TCP, useTls: true, tls, queryResponse }, target)
  t.like(good, { success: true, tls: { version: 'TLS 1.3', subject: 'CN=On its own' } })
  const old = { ...tls, maxVersion: 'TLSv1.2' } as const
  t.like(await probe(t, { ...TCP, useTls: true, tls: old }, target), {
    success: true,
    tls: { version: 'TLS 1.2' },
  })
  t.like(await probe(t, { ...TCP, useTls: true }, target), { success: false, reason: 'tls-untrusted' })
  // What a module needs and does not have is the fault of this machine.
  const none = { ...tls, ca: { text: 'no certificate' } }
  t.like(await probe(t, { ...TCP, useTls: true, tls: none }, target), { reason: 'local' })
  const later = await tcpServer(t, (socket) => {
    socket.write('* OK STARTTLS\r\n')
    socket.once('data', () => {
      socket.write('. OK\r\n')
      socket.removeAllListeners('data')
      const secured = new TLSSocket(socket, { isServer: true, ...pair })
      secured.on('error', () => {}).on('data', () => secured.write('* CAPABILITY IMAP4rev1\r\n'))
    })
  })
  const dialogue = [
    step({ expect: 'OK.*STARTTLS' }),
    step({ send: '. STARTTLS' }),
    step({ expect: 'OK' }),
    step({ starttls: true }),
    step({ send: '. capability' }),
    step({ expect: 'CAPABILITY IMAP4rev1' }),
  ]
  const report = await probe(t, { ...TCP, tls, queryResponse: dialogue }, `127.0.0.1:${later.port}`)
  t.like(report, { success: true, tls: { subject: 'CN=On its own' } })
})

test('tcp: a certificate without a name but the common one is not accepted', async (t) => {
  const authority = await Authority.create()
  const server = createServer(await authority.issueWith([], -1, 1, 'CN=localhost'), (socket) => socket.end())
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const tls = { ...DEFAULT_TLS, ca: { text: authority.pem }, serverName: 'localhost' }
  const { port } = server.address() as AddressInfo
  const report = await probe(t, { ...TCP, tls, useTls: true }, `127.0.0.1:${port}`)
  t.like(report, { success: false, reason: 'tls-hostname', tls: null })
})

test('dns: records as lines, over UDP and TCP', async (t) => {
  const name = 'A.example'
  const { address } = await dnsServer(t, {
    'a.example': {
      records: [
        { type: 'A', name, ttl: 300, data: '192.0.2.1' },
        { type: 'AAAA', name, ttl: 300, data: '2001:db8::1' },
        { type: 'MX', name, ttl: 60, data: { preference: 10, exchange: 'Mail.example' } },
        { type: 'TXT', name, ttl: 60, data: ['a "b" \\', 'ü'] },
        { type: 'SRV', name, ttl: 60, data: { priority: 1, weight: 2, port: 3, target: 'b.example' } },
        { type: 'CAA', name, ttl: 60, data: { flags: 0, tag: 'issue', value: 'ca.example' } },
        {
          type: 'DS',
          name,
          ttl: 60,
          data: { keyTag: 5, algorithm: 8, digestType: 2, digest: Buffer.from('ab') },
        },
        {
          type: 'SOA',
          name,
          ttl: 60,
          data: {
            mname: 'n.example',
            rname: 'h.example',
            serial: 2026,
            refresh: 1,
            retry: 2,
            expire: 3,
            minimum: 4,
          },
        },
      ],
      authorities: [{ type: 'NS', name, ttl: 60, data: 'ns.example' }],
    },
  })
  const LINES: readonly (readonly [type: number, line: string])[] = [
    [1, 'A.example.\t300\tIN\tA\t192.0.2.1'],
    [28, 'A.example.\t300\tIN\tAAAA\t2001:db8::1'],
    [15, 'A.example.\t60\tIN\tMX\t10 Mail.example.'],
    [16, 'A.example.\t60\tIN\tTXT\t"a \\"b\\" \\\\" "\\195\\188"'],
    [33, 'A.example.\t60\tIN\tSRV\t1 2 3 b.example.'],
    [257, 'A.example.\t60\tIN\tCAA\t0 issue "ca.example"'],
    [43, 'A.example.\t60\tIN\tDS\t5 8 2 6162'],
    [6, 'A.example.\t60\tIN\tSOA\tn.example. h.example. 2026 1 2 3 4'],
  ]
  const exactly = (line: string) => ({
    ...NO_RULES,
    notMatches: [`^${line.replaceAll(/[.\\()]/g, '\\$&')}$`],
  })
  for (const transport of ['udp', 'tcp'] as const)
    for (const [queryType, line] of LINES) {
      const authority = exactly('A.example.\t60\tIN\tNS\tns.example.')
      const report = await probe(
        t,
        { ...DNS, transport, queryType, answer: exactly(line), authority },
        address,
      )
      t.like(report, { success: true, reason: 'ok' }, `${line} ${report.lines.join('\n')}`)
      t.like(report.dns, {
        answers: 1,
        authorities: 1,
        additionals: 0,
        succeeded: 1,
        serial: queryType === 6 ? 2026 : null,
      })
    }
  const wrong = await probe(t, { ...DNS, answer: { ...NO_RULES, matches: ['192'] } }, address)
  t.like(wrong, { success: false, reason: 'body', dns: { succeeded: 1, answers: 1 } })
})

test('dns: rcodes, silence, nonsense and dead servers', async (t) => {
  const server = await dnsServer(t, {
    'quiet.example': 'silent',
    'cut.example': { a: ['192.0.2.1'], spoilt: (reply) => reply.subarray(0, -1) },
    // A record OPT whose TTL begins with the upper bits of the rcode.
    'badvers.example': {
      spoilt(reply) {
        const whole = Buffer.concat([reply, Buffer.from([0, 0, 41, 0x10, 0, 1, 0, 0, 0, 0, 0])])
        whole.writeUInt16BE(1, 10)
        return whole
      },
    },
  })
  const { address } = server
  const missing = await probe(t, DNS, address)
  t.like(missing, {
    success: false,
    reason: 'dns',
    detail: 'the server answers NXDOMAIN',
    dns: { succeeded: 1 },
  })
  t.true((await probe(t, { ...DNS, validRcodes: [0, 3] }, address)).success)
  t.false((await probe(t, { ...DNS, validRcodes: [] }, address)).success)
  // A clock that goes on with each question that has arrived. The wait is for the answer: over UDP nothing is connected.
  const quietRules = { ...DNS, queryName: 'quiet.example' }
  const before = server.asked.length
  const quiet = await probe(t, quietRules, address, 1_000, () => server.asked.length - before)
  t.like(quiet, { success: false, reason: 'timeout', dns: { connectMs: 0 } })
  t.true((quiet.dns?.requestMs ?? 0) > 0)
  const badvers = { ...DNS, queryName: 'badvers.example' }
  t.like(await probe(t, badvers, address), { detail: 'the server answers BADVERS', success: false })
  t.true((await probe(t, { ...badvers, validRcodes: [16] }, address)).success)
  t.like(await probe(t, { ...DNS, queryName: 'cut.example' }, address), {
    success: false,
    reason: 'protocol',
    dns: { succeeded: 0 },
  })
  const { port } = await tcpServer(t)
  for (const transport of ['udp', 'tcp'] as const)
    t.like(await probe(t, { ...DNS, transport }, '127.0.0.1:1'), { success: false, reason: 'refused' })
  t.like(await probe(t, { ...DNS, transport: 'tcp' }, `127.0.0.1:${port}`, 200), { reason: 'timeout' })
  t.like(await probe(t, { ...DNS, source: '127.0.0.9' }, address), { dns: { succeeded: 1 } })
})
