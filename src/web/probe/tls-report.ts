import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { certificateChain, sentCertificates } from '../../poll/dial/peer-certificates.ts'
import { distinguishedName, dnsNames } from './certificate-names.ts'
import type { TlsReport } from './report.ts'
import type { CompiledTls } from './probe-tls.ts'
import { chainExpiry } from './verified-chain.ts'
import type { TrustedRoots } from './verified-chain.ts'

/** What the certificate of a server says. */
type LeafFacts = Pick<TlsReport, 'sha256' | 'subject' | 'issuer' | 'names' | 'serial'>

/** Reads what is reported of a TLS connection, after the handshake; null if the server has no certificate. */
export function readTlsReport(
  socket: TLSSocket,
  { insecure, roots }: Pick<CompiledTls, 'insecure' | 'roots'>,
): TlsReport | null {
  const leaf = socket.getPeerX509Certificate()
  if (leaf === undefined) return null
  const { standardName, name } = socket.getCipher()
  const sent = sentCertificates(leaf)
  return {
    version: (socket.getProtocol() ?? '').replace(
      /^TLSv(1)(?:\.(\d))?$/,
      (_, major, minor = '0') => `TLS ${major}.${minor}`,
    ),
    cipher: standardName ?? name,
    earliestExpiry: earliest([leaf, ...sent]),
    // Node verifies the certificate also where nothing depends on it; Go does not.
    chainExpiry: socket.authorized && !insecure ? verifiedUntil(leaf, sent, roots()) : null,
    ...leafFacts(leaf),
  }
}

function verifiedUntil(leaf: X509Certificate, sent: readonly X509Certificate[], roots: TrustedRoots): number {
  const end = chainExpiry(leaf, sent, roots, Date.now())
  // OpenSSL found a way that is not found here.
  return end === null ? earliest(certificateChain(leaf)) : Math.floor(end / 1_000)
}

function earliest(certificates: readonly X509Certificate[]): number {
  return Math.min(...certificates.map(({ validTo }) => Math.floor(Date.parse(validTo) / 1_000)))
}

function leafFacts(leaf: X509Certificate): LeafFacts {
  return {
    sha256: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: distinguishedName(leaf.subject),
    issuer: distinguishedName(leaf.issuer),
    names: dnsNames(leaf),
    serial: leaf.serialNumber.toLowerCase(),
  }
}
