import test from 'ava'
import { digestAuthorization, findChallenge } from '../../../src/poll/http/digest.ts'

const found = (...values: string[]) =>
  findChallenge(values.map((value) => ['www-authenticate', value] as const))

/** RFC 7616, section 3.9.1, with the name and password of its example. */
const EXAMPLE = {
  login: 'Mufasa:Circle of Life',
  method: 'GET',
  path: '/dir/index.html',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  count: 1,
}

test('the examples of RFC 7616', (t) => {
  for (const [algorithm, response] of [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ]) {
    const challenge = found(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    )
    if (challenge === null) return t.fail()
    const sent = digestAuthorization(challenge, EXAMPLE)
    t.true(sent.includes(`response="${response}"`), sent)
    t.regex(sent, /^Digest username="Mufasa", realm="http-auth@example.org", .*uri="\/dir\/index.html"/)
    t.regex(sent, /qop=auth, nc=00000001, opaque="FQhe/)
  }
})

test('the example of RFC 2617', (t) => {
  const challenge = found(
    'Digest realm="testrealm@host.com",qop="auth,auth-int",nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  )
  if (challenge === null) return t.fail()
  const sent = digestAuthorization(challenge, {
    ...EXAMPLE,
    login: 'Mufasa:Circle Of Life',
    cnonce: '0a4f113b',
  })
  t.true(sent.includes('response="6629fae49393a05397450978507c4ef1"'), sent)
  t.false(sent.includes('algorithm'))
})

test('a challenge is found among others, the first that can be met', (t) => {
  const digest = 'Digest realm="r", nonce="n"'
  t.is(found(`Basic realm="Digest realm=x, nonce=y", ${digest}`)?.nonce, 'n')
  t.is(found('Negotiate', `Negotiate, ${digest}`)?.nonce, 'n')
  t.is(found(`digest  NONCE = "n" ,realm=r, stale=true`)?.isStale, true)
  t.is(found(`Digest realm="x", nonce="1", algorithm=SHA-512, ${digest}, algorithm=MD5`)?.nonce, 'n')
  t.is(found(`Digest realm="x", nonce="1", qop="auth-int"`, digest)?.nonce, 'n')
  t.like(found('Digest realm="a \\"b\\" \\\\", nonce=""'), { realm: 'a "b" \\', nonce: '' })
})

test('what is no challenge is none', (t) => {
  for (const value of [
    // HTTP/2 can carry it, and no header of a request.
    'Digest realm="a\x01", nonce="n"',
    'Digest realm="a", nonce="n\x7f"',
    '',
    'Digest',
    'Digest realm="r"',
    'Digest nonce="n"',
    'Digest realm="r, nonce="n"',
    'Basic realm="x", nonce="n"',
    'Digest realm="r", nonce="n", algorithm=token',
    `Digest realm="r", nonce="${'n'.repeat(9_000)}"`,
    '"""""',
    ',,,,',
  ])
    t.is(found(value), null, value)
})
