import { resolve } from 'node:path'
import { requestFiles } from './request-files.ts'
import type { CheckContents } from './request-file.ts'

// Loaded when a setting names a certificate: few runs do.
const crypto = () => process.getBuiltinModule('node:crypto')
const tls = () => process.getBuiltinModule('node:tls')

/** What to write, for messages. */
export const PEM_EXAMPLE = 'as in cert=client.pem key=client.key'

/** Opens a file, unless a flag names it: then `directory` is undefined. Returns its absolute path. Throws a RangeError. */
export function openPem(
  file: string,
  directory: string | undefined,
  check: CheckContents,
  isSecret: boolean,
): string {
  if (directory === undefined) return resolve(file)
  try {
    return requestFiles.open(file, directory, check, isSecret)
  } catch (error) {
    // What was meant as a URL or a login is not shown.
    if (!file.includes('@') || !(error instanceof RangeError)) throw error
    throw new RangeError(error.message.slice(error.message.lastIndexOf(': ') + 2), { cause: error })
  }
}

/** Why the contents of a file are no certificate, as a clause; null: they are one. */
export const checkCertificate: CheckContents = (bytes) => {
  const text = bytes.toString()
  if (!text.includes('-----BEGIN ')) return `it is not PEM: ${PEM_EXAMPLE}, it needs a certificate in PEM`
  if (!/-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(text))
    return `it holds no certificate: write the certificate and its key, ${PEM_EXAMPLE}`
  try {
    return new (crypto().X509Certificate)(bytes).raw.length > 0 ? null : UNREADABLE
  } catch {
    return UNREADABLE
  }
}

/** Why the contents of a file are no key, as a clause that does not quote them; null: they are one. */
export const checkKey: CheckContents = (bytes) => {
  const text = bytes.toString()
  if (!text.includes('-----BEGIN ')) return `it is not PEM: ${PEM_EXAMPLE}, it needs a key in PEM`
  if (!/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/.test(text))
    return `it holds no key: write the certificate and its key, ${PEM_EXAMPLE}`
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(text))
    return 'the key is encrypted: write it without a passphrase, as by openssl pkey -in client.key -out plain.key'
  try {
    return crypto().createPrivateKey(text).type === 'private' ? null : UNREADABLE_KEY
  } catch {
    return UNREADABLE_KEY
  }
}

/** Why a certificate and a key, each checked, can't be used together, as a clause; null: they can. */
export function checkPair(cert: string, key: string): string | null {
  const { X509Certificate, createPrivateKey } = crypto()
  try {
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      return `the key is not that of the certificate: write two that belong together, ${PEM_EXAMPLE}`
    tls().createSecureContext({ cert, key })
    return null
  } catch {
    return 'TLS does not take them: the key is too short, or the signature too weak'
  }
}

const UNREADABLE = 'the certificate can not be read: the file is damaged'
const UNREADABLE_KEY = 'the key can not be read: the file is damaged, or of a kind that TLS does not know'
