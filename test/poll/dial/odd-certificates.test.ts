import { createServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority, Extension } from '../../helpers/certificates.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import type { State } from '../../../src/state/state.ts'

// Certificates with odd names: whether they are accepted, and that none ends the poller or gets unescaped into a line.

let authority: Authority
test.before(async () => (authority = await Authority.create()))

const SAN = '2.5.29.17'

/** DER: tag, length, bytes. */
function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const size =
    length < 128
      ? [length]
      : length < 256
        ? [0x81, length]
        : length < 65_536
          ? [0x82, length >> 8, length & 255]
          : [0x83, length >> 16, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const text = (tag: number) => (name: string) => der(tag, Buffer.from(name, 'latin1'))
const dns = text(0x82)
const email = text(0x81)
const uri = text(0x86)
const ip = (...bytes: number[]) => der(0x87, Buffer.from(bytes))
const registered = der(0x88, Buffer.from([0x2a, 0x03, 0x04]))
const commonName = der(
  0x31,
  der(0x30, Buffer.concat([der(0x06, Buffer.from([0x55, 0x04, 0x03])), der(0x0c, Buffer.from('localhost'))])),
)
const directory = der(0xa4, der(0x30, commonName))
const other = der(
  0xa0,
  Buffer.concat([der(0x06, Buffer.from([0x2a, 0x03])), der(0xa0, der(0x0c, Buffer.from('localhost')))]),
)

async function poll(
  t: ExecutionContext,
  extensions: readonly Extension[],
  host: string,
  subject?: string,
): Promise<State> {
  const pair = await authority.issueWith(extensions, -1, 1, subject)
  const tls = createServer(pair, () => {})
  tls.on('tlsClientError', () => {})
  const server = await HostileServer.start({}, tls)
  t.teardown(() => server.close())
  const poller = new TestPoller({ tls: { ca: authority.pem }, timeoutMs: 20_000 })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(`https://${host}:${server.port}/ok`)
}

const names = (...all: Uint8Array[]) => [new Extension(SAN, false, der(0x30, Buffer.concat(all)))]
const LOOPBACK = ip(127, 0, 0, 1)

for (const [title, extensions, host, reason] of [
  [
    'every type beside the right one',
    names(
      other,
      email('a@localhost'),
      dns('a.example'),
      directory,
      uri('https://localhost/'),
      LOOPBACK,
      registered,
    ),
    '127.0.0.1',
    'ok',
  ],
  [
    'every type but the right one',
    names(other, email('localhost'), directory, uri('https://localhost/'), registered),
    'localhost',
    'tls-hostname',
  ],
  ['an address as a DNS name', names(dns('127.0.0.1')), '127.0.0.1', 'tls-hostname'],
  ['a wildcard for an address', names(dns('*.0.0.1')), '127.0.0.1', 'tls-hostname'],
  [
    'an IPv4 address as IPv6',
    names(ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1)),
    '127.0.0.1',
    'tls-hostname',
  ],
  ['an address of five bytes', names(ip(127, 0, 0, 1, 9)), '127.0.0.1', 'tls-hostname'],
  ['an address of no bytes', names(ip()), '127.0.0.1', 'tls-hostname'],
  ['an address and its mask', names(ip(127, 0, 0, 0, 255, 0, 0, 0)), '127.0.0.1', 'tls-hostname'],
  ['localhost in capitals', names(dns('LOCALHOST')), 'localhost', 'ok'],
  ['a dot at its end', names(dns('localhost.')), 'localhost', 'ok'],
  ['a wildcard of one label', names(dns('*')), 'localhost', 'tls-hostname'],
  ['a wildcard of the last label', names(dns('a.*')), 'a.localhost', 'tls-hostname'],
  ['a wildcard of a top-level domain', names(dns('*.localhost')), 'a.localhost', 'tls-hostname'],
  ['a NUL after the right name', names(dns('localhost\0.a.example')), 'localhost', 'tls-hostname'],
  ['a NUL before the right name', names(dns('a.example\0localhost')), 'localhost', 'tls-hostname'],
  ['a comma and a type in a name', names(dns('a.example, DNS:localhost')), 'localhost', 'tls-hostname'],
  [
    'a comma and an address in a name',
    names(dns('a.example, IP Address:127.0.0.1')),
    '127.0.0.1',
    'tls-hostname',
  ],
  [
    'a comma and a type in a URI',
    names(uri('https://a.example/, DNS:localhost')),
    'localhost',
    'tls-hostname',
  ],
  ['quotes and a type in a name', names(dns('"a", DNS:localhost, "')), 'localhost', 'tls-hostname'],
  [
    'line breaks and escape sequences',
    names(dns('a\r\nhttp://b.example: up\u001b[2J')),
    'localhost',
    'tls-hostname',
  ],
  ['a name of no characters', names(dns('')), 'localhost', 'tls-hostname'],
  ['no names at all', names(), 'localhost', 'tls-hostname'],
  [
    '3,000 names, the right one last',
    names(...Array.from({ length: 3_000 }, (_, at) => dns(`host-${at}.a.example`)), dns('localhost')),
    'localhost',
    'ok',
  ],
  [
    '3,000 names, none of them right',
    names(...Array.from({ length: 3_000 }, (_, at) => dns(`host-${at}.a.example`))),
    'localhost',
    'tls-hostname',
  ],
  [
    'names that are no DER',
    [new Extension(SAN, false, Buffer.from([0x30, 0x7f, 1, 2]))],
    'localhost',
    'tls-untrusted',
  ],
  [
    'an extension that is critical and unknown',
    [...names(dns('localhost')), new Extension('1.2.3.4.5', true, Buffer.from([5, 0]))],
    'localhost',
    'tls-untrusted',
  ],
] as const) {
  test(title, async (t) => {
    const state = await poll(t, extensions, host)
    t.is(state.reason, reason, JSON.stringify(state))
    t.is(state.tls?.protocol, 'TLSv1.3')
    t.true(state.detail.length <= 500)
  })
}

test('the subject name is ignored if there are alternative names', async (t) => {
  t.is((await poll(t, names(dns('a.example')), 'localhost', 'CN=localhost')).reason, 'tls-hostname')
})

test('10,000 names: more than OpenSSL accepts in a certificate', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, at) => dns(`host-${at}.a.example`))
  t.like(await poll(t, names(...many, dns('localhost')), 'localhost'), { reason: 'tls', tls: null })
})
