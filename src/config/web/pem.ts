import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { WebTls } from './web-config.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Throws a RangeError unless there are certificates in a PEM, each of which can be read. */
export function checkCertificates(pem: string): void {
  const blocks = pem.match(BLOCK) ?? []
  if (blocks.length === 0)
    throw new RangeError('no certificate in it, which begins with -----BEGIN CERTIFICATE-----')
  for (const [n, block] of blocks.entries())
    if (!works(() => new X509Certificate(block)))
      throw new RangeError(`certificate ${n + 1} in it is damaged`)
}

/** Throws a RangeError unless a PEM has a private key without a passphrase. */
export function checkKey(pem: string): void {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw new RangeError('the key has a passphrase: take it off with `openssl pkey`')
  if (!works(() => createPrivateKey(pem)))
    throw new RangeError('no private key in it, such as one that begins with -----BEGIN PRIVATE KEY-----')
}

/** Throws a RangeError unless TLS can use the certificate, the key and all the rest together. */
export function checkTogether({
  cert,
  key,
  clientCa,
  ciphers,
  curves,
  minVersion,
  maxVersion,
}: WebTls): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new RangeError('the key is not that of the certificate, which comes first in its file')
  const options = {
    cert,
    key,
    minVersion,
    maxVersion,
    ...(clientCa === null ? {} : { ca: clientCa }),
    ...(ciphers === null ? {} : { ciphers }),
    ...(curves === null ? {} : { ecdhCurve: curves }),
  }
  if (!works(() => createSecureContext(options)))
    throw new RangeError(
      'TLS does not take this certificate and key; is the key an RSA key of less than 2048 bits?',
    )
}

/** The errors of OpenSSL say little to a user, and may quote. */
function works(use: () => unknown): boolean {
  try {
    use()
    return true
  } catch {
    return false
  }
}
