import dgram from 'node:dgram'
import { once } from 'node:events'
import type { TlsOptions } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority, selfSigned } from '../helpers/certificates.ts'
import { dnsServer } from '../helpers/dns-server.ts'
import type { ScriptedAnswer } from '../helpers/dns-server.ts'
import { faultServer } from '../helpers/fault-server.ts'
import type { Behaviour } from '../helpers/fault-server.ts'
import { TestPoller } from '../helpers/test-poller.ts'
import { STARTTLS } from '../../src/settings/starttls.ts'
import type { StartTls } from '../../src/settings/starttls.ts'
import type { TalkStep } from '../../src/settings/talk.ts'
import type { Overrides } from '../../src/settings/url-options.ts'

// Each scheme meets each fault: the reason is the right one, and the poll ends at its deadline though the server never does.

/** What a poll must say: the reason. `(…)`: in this phase; `, late`: only at the deadline, as each timeout. */
type Expected = Readonly<Record<string, string>>

const ANSWER: Expected = {
  silent: 'timeout (wait)',
  slow: 'timeout (wait)',
  reset: 'reset',
  'reset after the request': 'reset',
  'half-closed': 'closed',
  'half-closed in the answer': 'closed',
  garbage: 'protocol',
  'garbage, then closed': 'protocol',
}

/** Without an answer, a conversation ends at the deadline. With a wrong one it is that which is reported. */
const CONVERSATION: Expected = {
  ...ANSWER,
  slow: 'body, late',
  'half-closed in the answer': 'body',
  garbage: 'body, late',
  'garbage, then closed': 'body',
}

const HANDSHAKE: Expected = {
  ...ANSWER,
  silent: 'timeout (tls)',
  slow: 'timeout (tls)',
  garbage: 'tls',
  'garbage, then closed': 'tls',
}

/** The server speaks first, so that it waits for a request in vain. */
const GREETING: Expected = { ...ANSWER, 'reset after the request': 'timeout (wait)' }

const CERTIFICATES: Expected = {
  expired: 'tls-expired',
  'not yet valid': 'tls-not-yet-valid',
  'for another host': 'tls-hostname',
  'self-signed': 'tls-untrusted',
  'of an unknown issuer': 'tls-untrusted',
  'TLS 1.1': 'tls-version',
}

/** What is said of a name without an answer depends on how long there was to ask. */
const UNREADABLE = 'timeout or local or dns, late'

/** What a name server can say of the name in a URL. */
const NAMES: Readonly<Record<string, readonly [answer: ScriptedAnswer, expected: string]>> = {
  unknown: ['NXDOMAIN', 'dns'],
  servfail: ['SERVFAIL', 'dns'],
  refused: ['REFUSED', 'dns'],
  'no-address': [{}, 'dns'],
  'cut-short': [{ a: ['127.0.1.1'], spoilt: (reply) => reply.subarray(0, -1) }, UNREADABLE],
  silent: ['silent', UNREADABLE],
  garbage: [{ a: ['127.0.1.1'], spoilt: () => Buffer.from('garbage') }, UNREADABLE],
}

const HTTP = 'HTTP/1.1 200 OK\r\nX: '
const TALK: Overrides = {
  talk: [
    ['send', 'PING\r\n'],
    ['expect', '/PONG/'],
  ] satisfies TalkStep[],
}
/** A frame with settings, and the beginning of one with a head. */
const FRAMES = '\0\0\0\x04\0\0\0\0\0\0\0\xff\x01\x04\0\0\0\x01\0'

const STARTTLS_ROWS: Readonly<Record<StartTls, readonly [slowly: string, wire: Expected]>> = {
  smtp: ['220-x', GREETING],
  imap: ['* x', GREETING],
  pop3: ['+OK', GREETING],
  ftp: ['220-x', GREETING],
  postgres: ['S\x16\x03\x03\x40\0\0', { ...ANSWER, slow: 'timeout (tls)' }],
  ldap: ['0\x84\0\0\xff\0', ANSWER],
  xmpp: ['<stream:stream ', ANSWER],
}

interface Row {
  readonly title: string
  readonly scheme: string
  readonly overrides: Overrides
  readonly slowly: string
  /** Faults before TLS, or without it. */
  readonly wire: Expected
  /** Faults in TLS; null: it is not spoken, or nothing follows. */
  readonly inside: Expected | null
  readonly isSecure: boolean
}

const row = (title: string, scheme: string, rest: Partial<Row>): Row => ({
  title,
  scheme,
  overrides: {},
  slowly: HTTP,
  wire: ANSWER,
  inside: null,
  isSecure: (rest.inside ?? null) !== null,
  ...rest,
})

const ROWS: readonly Row[] = [
  row('http', 'http', {}),
  row('https', 'https', { wire: HANDSHAKE, inside: ANSWER }),
  row('https by HTTP/2', 'https', {
    overrides: { http2: true },
    slowly: FRAMES,
    wire: HANDSHAKE,
    inside: ANSWER,
  }),
  row('tcp', 'tcp', { overrides: TALK, slowly: '+', wire: CONVERSATION }),
  row('tls', 'tls', { overrides: TALK, slowly: '+', wire: HANDSHAKE, inside: CONVERSATION }),
  row('ws', 'ws', {}),
  row('wss', 'wss', { wire: HANDSHAKE, inside: ANSWER }),
  row('grpc', 'grpc', { slowly: FRAMES }),
  row('grpcs', 'grpcs', { slowly: FRAMES, wire: HANDSHAKE, inside: ANSWER }),
  ...STARTTLS.map((starttls) => {
    const [slowly, wire] = STARTTLS_ROWS[starttls]
    return row(`tls with starttls=${starttls}`, 'tls', {
      overrides: { starttls },
      slowly,
      wire,
      isSecure: true,
    })
  }),
]

/** All addresses of the servers. */
const HOSTS = Array.from({ length: 30 }, (_, n) => ({ type: 'ip', value: `127.0.1.${n + 1}` }) as const)

/** The deadline of polls that end there, in ms, and of those that never get so far. */
const DEADLINE_MS = 1_500
const LONG_MS = 60_000

const authority = await Authority.create()
const good = await authority.issue(HOSTS)
const bad: Readonly<Record<string, TlsOptions>> = {
  expired: await authority.issue(HOSTS, -2, -1),
  'not yet valid': await authority.issue(HOSTS, 1, 2),
  'for another host': await authority.issue([{ type: 'dns', value: 'a.example' }]),
  'self-signed': await selfSigned(HOSTS),
  'of an unknown issuer': await (await Authority.create()).issue(HOSTS),
  'TLS 1.1': { ...good, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
}

/** One poll of a table: where it leads, and what it must say. */
interface Case {
  readonly title: string
  readonly url: string
  readonly expected: string
  readonly overrides: Overrides
}

/** Polls all at once. Returns what is wrong. What a busy machine had no time for is polled again, with more of it. */
async function compare(
  resolver: string,
  cases: readonly Case[],
  deadlineMs = DEADLINE_MS,
): Promise<readonly string[]> {
  const poller = new TestPoller({
    tls: { ca: authority.pem },
    resolvers: [resolver],
    recheck: false,
    concurrency: 512,
  })
  const isLate = ({ expected }: Case) => /^timeout|, late$/.test(expected)
  poller.setProfiles(
    cases.map((one, n) => [n + 1, { ...one.overrides, timeoutMs: isLate(one) ? deadlineMs : LONG_MS }]),
  )
  const wrong = await Promise.all(
    cases.map(async (one, n) => {
      const { title, url, expected } = one
      const { reason, detail } = await poller.pollWithoutStall(url, { profile: n + 1 })
      const phase = /\(.*\)/.exec(expected)?.[0] ?? ''
      const isRight =
        expected
          .replace(/[ ,]*(late|\(.*\))$/, '')
          .split(' or ')
          .includes(reason) && detail.endsWith(phase)
      return isRight ? [] : [{ one, what: `${title}: ${reason}: ${detail}, not ${expected}` }]
    }),
  )
  await poller.close()
  const again = wrong.flat().map(({ one }) => one)
  if (again.length > 0 && deadlineMs < LONG_MS / 8) return compare(resolver, again, deadlineMs * 8)
  return wrong.flat().map(({ what }) => what)
}

/** Starts the server of a row. Returns its polls. */
async function casesOf(
  t: ExecutionContext,
  { title, scheme, slowly, wire, inside, isSecure, overrides }: Row,
): Promise<Case[]> {
  const faults: (readonly [what: string, behaviour: Behaviour, expected: string])[] = [
    ...Object.entries(wire).map(([fault, reason]) => [fault, { at: 'wire', fault }, reason] as const),
    ...Object.entries(isSecure ? CERTIFICATES : {}).map(
      ([fault, reason]) => [fault, { at: 'handshake', tls: bad[fault] as TlsOptions }, reason] as const,
    ),
    ...Object.entries(inside ?? {}).map(
      ([fault, reason]) => [`in TLS, ${fault}`, { at: 'inside', fault }, reason] as const,
    ),
  ]
  const { starttls = null, http2 = false } = overrides
  const behaviours = faults.map(([, behaviour]) => behaviour)
  const port = await faultServer(t, behaviours, {
    starttls,
    tls: isSecure ? good : null,
    slowly,
    isHttp2: http2 || scheme === 'grpcs',
  })
  const hosts = [
    ...faults.map(([what, , expected], n) => ({ host: `127.0.1.${n + 1}`, what, expected })),
    ...Object.entries(NAMES).map(([name, [, expected]]) => ({
      host: `${name}.test`,
      what: `name ${name}`,
      expected,
    })),
  ]
  return hosts.map(({ host, what, expected }) => ({
    title: `${title}, ${what}`,
    url: `${scheme}://${host}:${port}`,
    expected,
    overrides,
  }))
}

/** A server for the names in URLs. */
async function nameServer(t: ExecutionContext): Promise<string> {
  const zone = Object.entries(NAMES).map(([name, [answer]]) => [`${name}.test`, answer] as const)
  return (await dnsServer(t, Object.fromEntries(zone))).address
}

test.serial('each scheme gives each fault its reason', async (t) => {
  const cases = await Promise.all(ROWS.map((one) => casesOf(t, one)))
  t.true(cases.flat().length > 250)
  t.deepEqual(await compare(await nameServer(t), cases.flat()), [])
})

/** Over TCP, what can't be read is no answer, also if nothing more comes. */
const DNS_TCP: Expected = { ...ANSWER, 'half-closed': 'protocol', 'half-closed in the answer': 'protocol' }

const DNS_UDP: Readonly<
  Record<string, readonly [answer: (query: Buffer) => Buffer | null, expected: string]>
> = {
  silent: [() => null, 'timeout (wait)'],
  garbage: [() => Buffer.from('garbage'), 'protocol, late'],
  'cut short': [(query) => asTruncated(query).subarray(0, 11), 'protocol, late'],
  refused: [(query) => withFlags(query, 0x8185), 'dns'],
}

test.serial('dns gives each fault its reason, over UDP and over TCP', async (t) => {
  const overTcp = Object.entries(DNS_TCP)
  const behaviours = overTcp.map(([fault]): Behaviour => ({ at: 'wire', fault }))
  const port = await faultServer(t, behaviours, { starttls: null, tls: null, slowly: '\x01\0\0' })
  const servers = [
    ...overTcp.map(([fault, expected]) => ({ title: `TCP ${fault}`, answer: asTruncated, expected })),
    ...Object.entries(DNS_UDP).map(([fault, [answer, expected]]) => ({
      title: `UDP ${fault}`,
      answer,
      expected,
    })),
  ]
  const cases = servers.map(({ title, expected }, n): Case => {
    return { title, url: `dns://127.0.1.${n + 1}:${port}/a.example`, expected, overrides: {} }
  })
  for (const [n, { answer }] of servers.entries()) await answerOverUdp(t, port, `127.0.1.${n + 1}`, answer)
  const other = {
    title: 'nobody listens',
    url: `dns://127.0.1.200:${port}/a.example`,
    expected: 'refused',
    overrides: {},
  }
  const named = Object.entries(NAMES).map(([name, [, expected]]): Case => {
    return { title: `name ${name}`, url: `dns://${name}.test:${port}/a.example`, expected, overrides: {} }
  })
  t.deepEqual(await compare(await nameServer(t), [...cases, other, ...named]), [])
})

/** Answers on one address until the test ends. */
async function answerOverUdp(
  t: ExecutionContext,
  port: number,
  host: string,
  answer: (query: Buffer) => Buffer | null,
): Promise<void> {
  const socket = dgram.createSocket('udp4', (query, from) => {
    const reply = answer(query)
    if (reply !== null) socket.send(reply, from.port, from.address)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  t.teardown(() => socket.close())
}

/** The query as an answer with these flags. */
function withFlags(query: Buffer, flags: number): Buffer {
  const reply = Buffer.from(query)
  reply.writeUInt16BE(flags, 2)
  return reply
}

/** The answer that asks for a query over TCP. */
function asTruncated(query: Buffer): Buffer {
  return withFlags(query, 0x8380)
}
