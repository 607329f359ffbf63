import { X509Certificate } from 'node:crypto'

/** The most signatures that are checked for one chain, as in Go: a server may send many certificates that fit each other. */
const MAX_CHECKS = 100

/** The most certificates of a chain before its root. */
const MAX_LENGTH = 10

/** The certificates that a module trusts, by their subjects. Read when they are needed first. */
export class TrustedRoots {
  readonly #pems: () => readonly string[]
  #bySubject: Map<string, X509Certificate[]> | null = null

  /** `pems`: texts with certificates. */
  constructor(pems: () => readonly string[]) {
    this.#pems = pems
  }

  /** Those of this subject. */
  of(subject: string): readonly X509Certificate[] {
    this.#bySubject ??= Map.groupBy(this.#pems().flatMap(readCertificates), (one) => one.subject)
    return this.#bySubject.get(subject) ?? []
  }
}

function readCertificates(text: string): X509Certificate[] {
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return pems.flatMap((pem) => {
    try {
      return [new X509Certificate(pem)]
    } catch {
      // OpenSSL trusts none that it can't read.
      return []
    }
  })
}

/**
 * When a verified chain ends, in ms since the epoch: its first certificate that expires, the root too. Of several chains, as behind a
 * cross-signed root, the one that lasts longest; null if none is found. `sent`: what the server sent besides.
 */
export function chainExpiry(
  leaf: X509Certificate,
  sent: readonly X509Certificate[],
  roots: TrustedRoots,
  now: number,
): number | null {
  if (roots.of(leaf.subject).some(({ raw }) => raw.equals(leaf.raw))) return leaf.validToDate.getTime()
  let checks = 0
  const issued = (issuer: X509Certificate, one: X509Certificate) =>
    one.checkIssued(issuer) && checks++ < MAX_CHECKS && one.verify(issuer.publicKey)
  const search = (path: readonly X509Certificate[], last: X509Certificate, until: number): number | null => {
    const isNew = (one: X509Certificate) => !path.some((other) => isSame(one, other))
    const fits = (one: X509Certificate) => isValid(one, now) && isNew(one) && issued(one, last)
    const ends: readonly (number | null)[] = [
      ...roots
        .of(last.issuer)
        .filter(fits)
        .map((root) => Math.min(until, root.validToDate.getTime())),
      ...sent
        .filter((one) => one.ca && path.length < MAX_LENGTH && fits(one))
        .map((one) => search([...path, one], one, Math.min(until, one.validToDate.getTime()))),
    ]
    return ends.reduce((best, end) => (end === null || (best !== null && best > end) ? best : end), null)
  }
  return search([leaf], leaf, leaf.validToDate.getTime())
}

function isValid({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime()
}

/** Whether they are of the same authority: a chain has only one of it. */
function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return one.subject === other.subject && one.publicKey.equals(other.publicKey)
}
