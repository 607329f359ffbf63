import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import type { PeerCertificate } from 'node:tls'
import { dnsNameList } from './certificate-names.ts'

/**
 * Whether a certificate is one of this host, as Go decides it; undefined: it is. Unlike Node, the common name does not count, and `*.lan` is
 * a wildcard like others.
 */
export function checkName(host: string, certificate: PeerCertificate): Error | undefined {
  if (isIP(host) !== 0) return checkServerIdentity(host, certificate)
  const names = dnsNameList(certificate.subjectaltname)
  if (names.some((name) => matches(name, host))) return undefined
  const error = new Error(`the certificate is not one of ${host}`)
  return Object.assign(error, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
}

/** A name that is none of a host is compared as it stands. */
function matches(pattern: string, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  const wanted = pattern.toLowerCase()
  if (!isHostName(name, false) || !isHostName(wanted, true)) return wanted !== '' && wanted === name
  const rest = (text: string) => text.slice(text.indexOf('.'))
  return wanted.startsWith('*.') ? name.includes('.') && rest(name) === rest(wanted) : name === wanted
}

function isHostName(name: string, isPattern: boolean): boolean {
  const labels = name.split('.')
  return labels.every(
    (label, n) =>
      /^[a-z0-9_][a-z0-9_-]*$/.test(label) || (isPattern && n === 0 && label === '*' && labels.length > 1),
  )
}
