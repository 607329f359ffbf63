/**
 * Parses a SHA-256 fingerprint to 64 hex digits: hex as `openssl x509 -fingerprint -sha256` prints it, with or without colons, or
 * base64 as `curl --pinnedpubkey` takes it. Throws a RangeError.
 */
export function parseFingerprint(text: string): string {
  const bare = text.replace(/^sha256(?:\/\/|:)/i, '')
  if (/^[0-9a-f]{2}(?::?[0-9a-f]{2}){31}$/i.test(bare)) return bare.replaceAll(':', '').toLowerCase()
  if (/^[A-Za-z0-9+/]{43}=?$/.test(bare)) return Buffer.from(bare, 'base64').toString('hex')
  throw new RangeError(
    'not a SHA-256 fingerprint: 64 hex digits, or base64 such as sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  )
}
