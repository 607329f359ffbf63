import { Extension } from './certificates.ts'
import type { Reason } from '../../src/state/reasons.ts'

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

/** A DNS name, for `alternativeNames`. */
export const dns = text(0x82)
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

/** The extension with these names, whatever they are. */
export const alternativeNames = (...all: Uint8Array[]) => [
  new Extension(SAN, false, der(0x30, Buffer.concat(all))),
]

const LOOPBACK = ip(127, 0, 0, 1)

/** Certificates with odd names, the host that they are asked for, and the reason of a poll that trusts their issuer. */
export const ODD_CERTIFICATES: readonly (readonly [
  title: string,
  extensions: readonly Extension[],
  host: string,
  reason: Reason,
])[] = [
  [
    'every type beside the right one',
    alternativeNames(
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
    alternativeNames(other, email('localhost'), directory, uri('https://localhost/'), registered),
    'localhost',
    'tls-hostname',
  ],
  ['an address as a DNS name', alternativeNames(dns('127.0.0.1')), '127.0.0.1', 'tls-hostname'],
  ['a wildcard for an address', alternativeNames(dns('*.0.0.1')), '127.0.0.1', 'tls-hostname'],
  [
    'an IPv4 address as IPv6',
    alternativeNames(ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1)),
    '127.0.0.1',
    'tls-hostname',
  ],
  ['an address of five bytes', alternativeNames(ip(127, 0, 0, 1, 9)), '127.0.0.1', 'tls-hostname'],
  ['an address of no bytes', alternativeNames(ip()), '127.0.0.1', 'tls-hostname'],
  ['an address and its mask', alternativeNames(ip(127, 0, 0, 0, 255, 0, 0, 0)), '127.0.0.1', 'tls-hostname'],
  ['localhost in capitals', alternativeNames(dns('LOCALHOST')), 'localhost', 'ok'],
  ['a dot at its end', alternativeNames(dns('localhost.')), 'localhost', 'ok'],
  ['a wildcard of one label', alternativeNames(dns('*')), 'localhost', 'tls-hostname'],
  ['a wildcard of the last label', alternativeNames(dns('a.*')), 'a.localhost', 'tls-hostname'],
  ['a wildcard of a top-level domain', alternativeNames(dns('*.localhost')), 'a.localhost', 'tls-hostname'],
  ['a NUL after the right name', alternativeNames(dns('localhost\0.a.example')), 'localhost', 'tls-hostname'],
  ['a NUL before the right name', alternativeNames(dns('a.example\0localhost')), 'localhost', 'tls-hostname'],
  [
    'a comma and a type in a name',
    alternativeNames(dns('a.example, DNS:localhost')),
    'localhost',
    'tls-hostname',
  ],
  [
    'a comma and an address in a name',
    alternativeNames(dns('a.example, IP Address:127.0.0.1')),
    '127.0.0.1',
    'tls-hostname',
  ],
  [
    'a comma and a type in a URI',
    alternativeNames(uri('https://a.example/, DNS:localhost')),
    'localhost',
    'tls-hostname',
  ],
  [
    'quotes and a type in a name',
    alternativeNames(dns('"a", DNS:localhost, "')),
    'localhost',
    'tls-hostname',
  ],
  [
    'line breaks and escape sequences',
    alternativeNames(dns('a\r\nhttp://b.example: up\u001b[2J')),
    'localhost',
    'tls-hostname',
  ],
  ['a name of no characters', alternativeNames(dns('')), 'localhost', 'tls-hostname'],
  ['no names at all', alternativeNames(), 'localhost', 'tls-hostname'],
  [
    '3,000 names, the right one last',
    alternativeNames(
      ...Array.from({ length: 3_000 }, (_, at) => dns(`host-${at}.a.example`)),
      dns('localhost'),
    ),
    'localhost',
    'ok',
  ],
  [
    '3,000 names, none of them right',
    alternativeNames(...Array.from({ length: 3_000 }, (_, at) => dns(`host-${at}.a.example`))),
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
    [...alternativeNames(dns('localhost')), new Extension('1.2.3.4.5', true, Buffer.from([5, 0]))],
    'localhost',
    'tls-untrusted',
  ],
]
