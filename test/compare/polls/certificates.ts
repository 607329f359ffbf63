import { X509Certificate, createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import type { Pair } from '../../helpers/certificates.ts'
import type { CertificateName, TlsServer } from './case.ts'

const HOSTS = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
  { type: 'dns', value: 'site.test' },
] as const

/** The certificates of a site, and files with those that the tools need. */
export class Certificates {
  readonly #pairs: Readonly<Record<CertificateName, Pair>>
  readonly #folder: string
  readonly #authorities: Readonly<Record<'ours' | 'other', string>>

  private constructor(
    pairs: Readonly<Record<CertificateName, Pair>>,
    authorities: Readonly<Record<'ours' | 'other', string>>,
    client: Pair,
  ) {
    this.#pairs = pairs
    this.#authorities = authorities
    this.#folder = mkdtempSync(join(tmpdir(), 'headcount-'))
    writeFileSync(this.authorityFile, authorities.ours)
    writeFileSync(this.clientCertFile, client.cert)
    writeFileSync(this.clientKeyFile, client.key, { mode: 0o600 })
  }

  static async create(): Promise<Certificates> {
    const [ours, other] = await Promise.all([Authority.create(), Authority.create()])
    const [middle, expiring] = await Promise.all([ours.intermediate(30), ours.intermediate(1)])
    const chain = async (authority: Authority) => {
      const { cert, key } = await authority.issue([...HOSTS], -1, 60)
      return { cert: `${cert}\n${authority.pem}`, key }
    }
    const pairs = {
      good: await ours.issue([...HOSTS], -1, 1),
      month: await ours.issue([...HOSTS], -1, 30),
      expired: await ours.issue([...HOSTS], -2, -1),
      future: await ours.issue([...HOSTS], 1, 2),
      'other name': await ours.issue([{ type: 'dns', value: 'other.test' }]),
      wildcard: await ours.issue([{ type: 'dns', value: '*.site.test' }]),
      'common name': await ours.issueWith([], -1, 1, 'CN=site.test'),
      'self-signed': await selfSigned([...HOSTS]),
      'other authority': await other.issue([...HOSTS]),
      intermediate: await chain(middle),
      'intermediate missing': await middle.issue([...HOSTS]),
      'intermediate expiring': await chain(expiring),
    }
    return new Certificates(pairs, { ours: ours.pem, other: other.pem }, await ours.issue([...HOSTS]))
  }

  get authorityFile(): string {
    return join(this.#folder, 'authority.pem')
  }

  get clientCertFile(): string {
    return join(this.#folder, 'client.pem')
  }

  get clientKeyFile(): string {
    return join(this.#folder, 'client.key')
  }

  pair(name: CertificateName): Pair {
    return this.#pairs[name]
  }

  /** The SHA-256 of a certificate or of its public key. */
  sha256(name: CertificateName, of: 'cert' | 'spki'): Buffer {
    const { raw, publicKey } = new X509Certificate(this.pair(name).cert)
    const data = of === 'cert' ? raw : publicKey.export({ type: 'spki', format: 'der' })
    return createHash('sha256').update(data).digest()
  }

  /** Options of a server. */
  options({ certificate, version, demands }: TlsServer): TlsOptions {
    const isOld = version === 'TLSv1' || version === 'TLSv1.1'
    return {
      ...this.pair(certificate),
      ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
      ...(isOld ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
      ...(demands === undefined ? {} : { requestCert: true, ca: this.#authorities[demands] }),
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true })
  }
}
