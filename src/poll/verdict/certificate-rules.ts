import { counted } from '../../resource/counted.ts'
import type { UrlOptions } from '../../settings/url-options.ts'
import type { PeerCertificates } from '../dial/peer-certificates.ts'
import type { PeerTls } from '../dial/tls.ts'
import type { Judgement } from './judge.ts'

/** What a URL demands of the TLS connection of its answer. */
export interface CertificateRules {
  /** Days that each certificate of the chain must last; null: not checked. */
  readonly days: number | null
  /** Fingerprints as hex digits, of which one must match; if both are empty, nothing is pinned. */
  readonly sha256: readonly string[]
  readonly spkiSha256: readonly string[]
  /** As Node names it, e.g. `TLSv1.3`; null: not checked. */
  readonly minProtocol: string | null
  /** Whether the certificates are needed, not only the protocol. */
  readonly readsCertificates: boolean
}

const DAY_MS = 86_400_000

/** The rules that settings make; null for none. */
export function certificateRules({
  certDays,
  certSha256,
  spkiSha256,
  minTls,
}: Pick<UrlOptions, 'certDays' | 'certSha256' | 'spkiSha256' | 'minTls'>): CertificateRules | null {
  const readsCertificates = certDays !== null || certSha256.length + spkiSha256.length > 0
  if (minTls === null && !readsCertificates) return null
  return {
    days: certDays,
    sha256: certSha256,
    spkiSha256,
    minProtocol: minTls === null ? null : `TLSv${minTls}`,
    readsCertificates,
  }
}

/**
 * Why the TLS connection of an answer breaks the rules; null if it does not. `tls`: null without TLS. `url`: the polled URL. `now`: in
 * ms since the epoch.
 */
export function brokenCertificateRule(
  rules: CertificateRules,
  tls: PeerTls | null,
  url: string,
  now: number,
): Judgement | null {
  if (tls === null) return url.startsWith('https:') ? plainAnswer(rules) : null
  if (rules.minProtocol !== null && tls.protocol < rules.minProtocol) {
    const detail = `the server chose ${tls.protocol}, and min-tls is ${rules.minProtocol}`
    return { verdict: 'down', reason: 'tls-version', detail }
  }
  return brokenByCertificates(rules, tls.certificates ?? null, now)
}

/** Why these certificates break the rules; null if they do not. `now`: in ms since the epoch. */
export function brokenByCertificates(
  rules: CertificateRules,
  certificates: PeerCertificates | null,
  now: number,
): Judgement | null {
  const detail = pinMismatch(rules, certificates)
  if (detail !== null) return { verdict: 'down', reason: 'tls-pin', detail }
  return certificates === null || rules.days === null ? null : expiring(rules.days, certificates, now)
}

/** An https URL was redirected to plain HTTP, which satisfies no rule but that of days: there is nothing that could expire. */
function plainAnswer({ minProtocol, sha256, spkiSha256 }: CertificateRules): Judgement | null {
  const detail = 'the answer came over plain HTTP, after a redirect'
  if (minProtocol !== null) return { verdict: 'down', reason: 'tls-version', detail }
  return sha256.length + spkiSha256.length > 0 ? { verdict: 'down', reason: 'tls-pin', detail } : null
}

function pinMismatch(rules: CertificateRules, certificates: PeerCertificates | null): string | null {
  const { sha256, spkiSha256 } = rules
  if (sha256.length + spkiSha256.length === 0) return null
  if (certificates === null) return 'the server sent no certificate'
  if (sha256.includes(certificates.sha256) || spkiSha256.includes(certificates.spkiSha256)) return null
  const seen = [
    ...(sha256.length > 0 ? [`the certificate has SHA-256 ${certificates.sha256}`] : []),
    ...(spkiSha256.length > 0 ? [`the public key has SHA-256 ${certificates.spkiSha256}`] : []),
  ]
  return seen.join(', ')
}

/** The certificate of the chain that expires first, if that is too soon. */
function expiring(days: number, { chain }: PeerCertificates, now: number): Judgement | null {
  const [first] = chain
    .map(({ subject, expiresAt }, depth) => ({ subject, expiresAt, depth }))
    .filter(({ expiresAt }) => expiresAt - now < days * DAY_MS)
    .toSorted((a, b) => a.expiresAt - b.expiresAt)
  if (first === undefined) return null
  const which = first.depth === 0 ? 'the certificate' : `the intermediate certificate ${first.subject}`
  const left = Math.floor((first.expiresAt - now) / DAY_MS)
  const date = new Date(first.expiresAt).toISOString().slice(0, 10)
  const when = left < 0 ? `expired ${date}` : `expires ${date}, in ${counted(left, 'day')}`
  return { verdict: 'down', reason: 'tls-expiring', detail: `${which} ${when}; cert-days is ${days}` }
}
