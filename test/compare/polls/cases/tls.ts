import { always, answer } from '../answers.ts'
import type { Ask, Case, CertificateName, TlsServer } from '../case.ts'

const OK = answer(200)

const one = (name: string, tls: TlsServer, ask: Partial<Ask> = {}, traits: readonly string[] = []): Case => ({
  name: `tls: ${name}`,
  ask: { url: 'https://{0}/', ...ask },
  servers: [{ ...always(OK), tls }],
  traits,
})

const CERTIFICATES: readonly CertificateName[] = [
  'good',
  'month',
  'expired',
  'future',
  'other name',
  'wildcard',
  'common name',
  'self-signed',
  'other authority',
  'intermediate',
  'intermediate missing',
]

const names = (certificate: CertificateName, serverName: string) =>
  one(`${certificate}, server-name ${serverName}`, { certificate }, { serverName }, [certificate])

/** Certificates and versions of TLS. */
export const TLS: readonly Case[] = [
  ...CERTIFICATES.map((certificate) => one(certificate, { certificate }, {}, [certificate])),
  ...(['expired', 'other name', 'self-signed', 'other authority'] as const).map((certificate) =>
    one(`${certificate}, insecure`, { certificate }, { insecure: true }),
  ),
  names('good', 'site.test'),
  names('good', 'SITE.test'),
  names('good', 'other.test'),
  names('other name', 'other.test'),
  names('wildcard', 'a.site.test'),
  names('wildcard', 'a.b.site.test'),
  names('wildcard', 'site.test'),
  names('common name', 'site.test'),
  ...(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const).flatMap((version) => [
    one(version, { certificate: 'good', version }),
    one(`${version}, insecure`, { certificate: 'good', version }, { insecure: true }),
    one(`${version}, min-tls=1.2`, { certificate: 'good', version }, { minTls: '1.2' }),
    one(`${version}, min-tls=1.3`, { certificate: 'good', version }, { minTls: '1.3' }),
  ]),
  one('client certificate demanded, none given', { certificate: 'good', demands: 'ours' }),
  one(
    'client certificate demanded, given',
    { certificate: 'good', demands: 'ours' },
    { hasClientCert: true },
  ),
  one(
    'client certificate of another authority demanded',
    { certificate: 'good', demands: 'other' },
    { hasClientCert: true },
  ),
  one('client certificate demanded, TLS 1.2, none given', {
    certificate: 'good',
    demands: 'ours',
    version: 'TLSv1.2',
  }),
  ...(['cert', 'spki'] as const).flatMap((of) =>
    (['right', 'wrong'] as const).flatMap((which) => [
      one(`${of} pinned, ${which}`, { certificate: 'good' }, { pin: { of, which } }),
      one(
        `${of} pinned, ${which}, self-signed and insecure`,
        { certificate: 'self-signed' },
        { pin: { of, which }, insecure: true },
      ),
    ]),
  ),
  one('cert-days=14, a month left', { certificate: 'month' }, { certDays: 14 }),
  one('cert-days=14, a day left', { certificate: 'good' }, { certDays: 14 }),
  one('cert-days=14, expired', { certificate: 'expired' }, { certDays: 14 }),
  one('cert-days=14, chain of a month', { certificate: 'intermediate' }, { certDays: 14 }),
  one('cert-days=14, intermediate of a day', { certificate: 'intermediate expiring' }, { certDays: 14 }),
  {
    name: 'tls: plain HTTP on this port',
    ask: { url: 'https://{0}/' },
    servers: [
      { serve: (socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')) },
    ],
    traits: ['plain'],
  },
  {
    name: 'tls: closed in the handshake',
    ask: { url: 'https://{0}/' },
    servers: [{ serve: (socket) => void socket.once('data', () => socket.end()) }],
  },
  {
    name: 'tls: reset in the handshake',
    ask: { url: 'https://{0}/' },
    servers: [{ serve: (socket) => void socket.once('data', () => socket.resetAndDestroy()) }],
  },
  {
    name: 'tls: silent in the handshake',
    ask: { url: 'https://{0}/', timeoutMs: 1_500 },
    servers: [{ serve: (socket) => void socket.resume() }],
  },
]
