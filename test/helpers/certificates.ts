import './reflect-metadata.ts'
import type { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { JsonGeneralNames } from '@peculiar/x509'

export { Extension }

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000

const AUTHORITY_EXTENSIONS = [
  new BasicConstraintsExtension(true, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
]

/** A certificate and its key, as PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

interface Issuer {
  readonly certificate: X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
}

/** A certification authority that lives for one test run. */
export class Authority {
  readonly #issuer: Issuer
  /** Its own certificate, as PEM. */
  readonly pem: string

  private constructor(issuer: Issuer) {
    this.#issuer = issuer
    this.pem = issuer.certificate.toString('pem')
  }

  /** One that is valid for so many days. */
  static async create(to = 2): Promise<Authority> {
    const keys = await generate()
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: `CN=Authority ${crypto.randomUUID()}`,
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: days(-2),
      notAfter: days(to),
      extensions: AUTHORITY_EXTENSIONS,
    })
    return new Authority({ certificate, keys })
  }

  /** A certificate for another authority, signed by this one, valid for so many days (or until so many days ago). */
  async vouchFor({ pem: other }: Authority, to: number): Promise<string> {
    const { subject, publicKey } = new X509Certificate(other)
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: this.#issuer.certificate.subject,
      publicKey,
      signingKey: this.#issuer.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      notBefore: days(-3),
      notAfter: days(to),
      extensions: AUTHORITY_EXTENSIONS,
    })
    return certificate.toString('pem')
  }

  /** An intermediate authority below this one, whose certificate is valid for so many days. */
  async intermediate(to: number): Promise<Authority> {
    const keys = await generate()
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=Intermediate ${crypto.randomUUID()}`,
      issuer: this.#issuer.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#issuer.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      notBefore: days(-2),
      notAfter: days(to),
      extensions: AUTHORITY_EXTENSIONS,
    })
    return new Authority({ certificate, keys })
  }

  /** A certificate for hosts, valid between the given days from now. */
  issue(hosts: JsonGeneralNames, from = -1, to = 1, subject?: string): Promise<Pair> {
    return this.issueWith([new SubjectAlternativeNameExtension(hosts)], from, to, subject)
  }

  /** A certificate with these extensions. */
  async issueWith(
    extensions: readonly Extension[],
    from = -1,
    to = 1,
    subject = 'CN=A server of the tests',
  ): Promise<Pair> {
    const keys = await generate()
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: this.#issuer.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#issuer.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      notBefore: days(from),
      notAfter: days(to),
      extensions: [...extensions],
    })
    return { cert: certificate.toString('pem'), key: await pem(keys) }
  }
}

/** A certificate that vouches for itself. */
export async function selfSigned(hosts: JsonGeneralNames): Promise<Pair> {
  const keys = await generate()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=On its own',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: days(-1),
    notAfter: days(1),
    extensions: [new SubjectAlternativeNameExtension(hosts)],
  })
  return { cert: certificate.toString('pem'), key: await pem(keys) }
}

function generate(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

async function pem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey))
  return `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END PRIVATE KEY-----\n`
}

function days(from: number): Date {
  return new Date(Date.now() + from * DAY_MS)
}
