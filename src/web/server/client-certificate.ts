import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { WebTls } from '../../config/web/web-config.ts'

/** Names of these kinds are compared, in the notation of Node. */
const NAME = /(?:^|, )(DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g

/** Whether a client that has finished its handshake may go on, by its certificate. */
export function isClientAllowed(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>,
  { clientAuth, allowedSans }: Pick<WebTls, 'clientAuth' | 'allowedSans'>,
): boolean {
  if (clientAuth === 'NoClientCert') return true
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined)
    return (
      !['RequireAnyClientCert', 'RequireAndVerifyClientCert'].includes(clientAuth) && allowedSans === null
    )
  const isVerified = ['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'].includes(clientAuth)
  if (isVerified && !socket.authorized) return false
  return allowedSans === null || alternativeNames(certificate).some((name) => allowedSans.includes(name))
}

/** Whether the same clients may connect, as far as their certificates decide it. */
export function haveSameClients(one: WebTls | null, other: WebTls | null): boolean {
  const rules = (tls: WebTls | null) =>
    JSON.stringify(tls === null ? null : [tls.clientAuth, tls.clientCa, tls.allowedSans])
  return rules(one) === rules(other)
}

/** The DNS names, IP addresses, e-mail addresses and URIs of a certificate. */
export function alternativeNames({ subjectAltName }: Pick<X509Certificate, 'subjectAltName'>): string[] {
  return [...(subjectAltName ?? '').matchAll(NAME)].map(([, kind, text = '']) => {
    const name = unquoted(text)
    const url = `http://[${name}]/`
    return kind === 'IP Address' && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : name
  })
}

/** Node quotes names with commas and such, so that they do not look like several. Anybody can make such a certificate. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text
  try {
    return JSON.parse(text) as string
  } catch {
    return text // Nobody has allowed such a name.
  }
}
