import { writeFileSync } from 'node:fs'
import { Authority } from '../../test/helpers/certificates.ts'

/** Paths of PEM files: a P-256 certificate, its key, and the root that signed it. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
  readonly root: string
}

/** Makes a certificate for these IP addresses, for one run. */
export async function makeCertificate(
  folder: string,
  addresses: readonly string[],
): Promise<CertificateFiles> {
  const authority = await Authority.create()
  const pair = await authority.issue(addresses.map((value) => ({ type: 'ip', value })))
  const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem`, root: `${folder}/root.pem` }
  writeFileSync(files.cert, pair.cert)
  writeFileSync(files.key, pair.key)
  writeFileSync(files.root, authority.pem)
  return files
}
