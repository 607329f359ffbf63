import test from 'ava'
import { parseFingerprint } from '../../src/settings/fingerprint.ts'

const HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const BASE64 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='

test('a fingerprint is hex or base64, as openssl and curl write it', (t) => {
  const pairs = HEX.toUpperCase().replaceAll(/..(?=.)/g, '$&:')
  for (const text of [HEX, pairs, `sha256:${HEX}`, BASE64, BASE64.slice(0, -1), `sha256//${BASE64}`])
    t.is(parseFingerprint(text), HEX, text)
})

test('anything else is refused and not quoted', (t) => {
  for (const text of ['', 'secret', HEX.slice(2), `${HEX}00`, `:${HEX}`, `${HEX}:`, `md5//${BASE64}`])
    t.throws(() => parseFingerprint(text), {
      instanceOf: RangeError,
      message: /^not a SHA-256 fingerprint: 64 hex digits, or base64 such as sha256\/\/\S+$/,
    })
})
