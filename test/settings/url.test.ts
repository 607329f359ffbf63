import test from 'ava'
import { MAX_URL_LENGTH, parseUrl } from '../../src/settings/url.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

const accepted = test.macro({
  exec(t, text: string, url: string) {
    t.deepEqual(parseUrl(text) as unknown, { url })
  },
  title: (_, text) => `accepts ${JSON.stringify(text)}`,
})

const refused = test.macro({
  exec(t, text: string, why: string) {
    t.deepEqual(parseUrl(text) as unknown, { why })
  },
  title: (name, text) => `refuses ${name ?? JSON.stringify(text)}`,
})

test(accepted, 'https://a.example/', 'https://a.example/')
test(accepted, 'http://a.example', 'http://a.example/')
test(accepted, 'HTTPS://A.Example:443/Path?Q=1', 'https://a.example/Path?Q=1')
test(accepted, 'http://a.example:80/', 'http://a.example/')
test(accepted, 'http://a.example:/', 'http://a.example/')
test(accepted, 'http://a.example:1/', 'http://a.example:1/')
test(accepted, 'http://a.example:65535/', 'http://a.example:65535/')
test(accepted, 'https://a.example/#part', 'https://a.example/')
test(accepted, 'https://a.example/?q#', 'https://a.example/?q')
test(accepted, 'https://a.example/x/../y', 'https://a.example/y')
test(accepted, 'https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC')
test(accepted, 'https://a.example./', 'https://a.example./')
test(accepted, 'http://under_score.example/', 'http://under_score.example/')
test(accepted, 'http://user:p%40ss@a.example/', 'http://user:p%40ss@a.example/')
test(accepted, 'http://user@name:pass@a.example/', 'http://user%40name:pass@a.example/')
test(accepted, 'http://[2001:DB8::1]:8080/', 'http://[2001:db8::1]:8080/')
test(accepted, 'http://[::1]', 'http://[::1]/')
test(accepted, 'http://0x7f.1/', 'http://127.0.0.1/')
test(accepted, 'http://2130706433/', 'http://127.0.0.1/')
test(accepted, 'http://①②⑦.0.0.1/', 'http://127.0.0.1/')
test(accepted, 'http://a.example/__proto__', 'http://a.example/__proto__')

test(accepted, 'tcp://a.example:25', 'tcp://a.example:25')
test(accepted, 'TCP://A.Example:0025/#part', 'tcp://a.example:25')
test(accepted, 'tcp://a.example:80', 'tcp://a.example:80')
test(accepted, 'tcp://bücher.example:443', 'tcp://xn--bcher-kva.example:443')
test(accepted, 'tcp://[2001:DB8::1]:25', 'tcp://[2001:db8::1]:25')
test(accepted, 'tcp://0x7f.1:1', 'tcp://127.0.0.1:1')

test(accepted, 'GRPC://A.example:50051/a.b.C', 'grpc://a.example:50051/a.b.C')
test(accepted, 'grpcs://[2001:DB8::1]:443/', 'grpcs://[2001:db8::1]:443')
test(refused, 'grpc://a.example/a.b.C', 'it has no port: write grpc://host:port/service')
test(
  refused,
  'grpc://a.example:1/a?b',
  'only a service can follow its host and port: write grpc://host:port/service',
)
test(refused, 'grpc://a.example:1/%', 'it contains a % that does not encode a character')
test(refused, 'tcp://a.example', 'it has no port: write tcp://host:port')
test(refused, 'tcp://[::1]', 'it has no port: write tcp://host:port')
test(refused, 'tcp://user:secret@a.example:25', 'tcp:// has no credentials: write tcp://host:port')
test(refused, 'tcp://a.example:25/path', 'tcp:// has no path: write tcp://host:port')
test(refused, 'tcp://a.example:25?q', 'tcp:// has no path: write tcp://host:port')
test(refused, 'tcp://:25', 'it has no host')
test(refused, 'tcp://a.example:65536', 'its port is not a number from 1 to 65535')
test(refused, 'tcp://*.example:25', 'its host name contains "*"')
test(refused, 'tcp://256.1.1.1:25', 'its host is not a valid name or address')
test(refused, 'tcp:a.example:25', 'a URL begins with https:// or http://: did you mean "tcp://a.example:25"?')

test(accepted, 'dns://192.0.2.1:53/A.example', 'dns://192.0.2.1/A.example')
test(
  accepted,
  'dns://[::1]:5353/a.example?type=MX&expect=/x\\.y$/',
  'dns://[::1]:5353/a.example?type=MX&expect=/x\\.y$/',
)
test(accepted, 'dns://NS.example/?type=NS', 'dns://ns.example/?type=NS')
test(refused, 'dns://192.0.2.1', 'it has no name to ask for: write dns://server/name?type=A')
test(refused, 'dns://192.0.2.1/a..b', 'its name has an empty part, or is too long for the DNS')

const NO_SCHEME = 'a URL begins with https:// or http://'
test(refused, '', NO_SCHEME)
test(refused, 'example.com', `${NO_SCHEME}: did you mean "https://example.com"?`)
test(refused, 'localhost:8080/x', `${NO_SCHEME}: did you mean "http://localhost:8080/x"?`)
test(refused, '127.0.0.1:8080', `${NO_SCHEME}: did you mean "http://127.0.0.1:8080"?`)
test(refused, '[::1]:80/', `${NO_SCHEME}: did you mean "http://[::1]:80/"?`)
test(refused, 'localhost.example', `${NO_SCHEME}: did you mean "https://localhost.example"?`)
test(refused, '//example.com', `${NO_SCHEME}: did you mean "https://example.com"?`)
test(refused, 'HTTP:example.com', `${NO_SCHEME}: did you mean "http://example.com"?`)
test(refused, 'https:/example.com', `${NO_SCHEME}: did you mean "https://example.com"?`)
test(refused, 'name@example.com', NO_SCHEME)
for (const path of [
  '/etc/passwd',
  './urls.txt',
  '../a b',
  '~/urls.txt',
  String.raw`C:\lists\urls.txt`,
  'c:/urls.txt',
  String.raw`\\server\urls.txt`,
])
  test(refused, path.replace(' ', ''), `${NO_SCHEME}: this is the path of a file`)
for (const text of ['"https://a.example/"', '<https://u:secret@a.example/>', '[a](https://a.example/)'])
  test(refused, text, `${NO_SCHEME}, not with ${text.charAt(0)}`)
test(refused, 'ftp://a.example/', `only ${SCHEME_LIST} are polled, not "ftp"`)
test(refused, 'htps://a.example/', `only ${SCHEME_LIST} are polled, not "htps": was https meant?`)
test(refused, 'htp:a.example', `only ${SCHEME_LIST} are polled, not "htp": was http meant?`)
test(refused, 'mailto:a@b.example', `only ${SCHEME_LIST} are polled, not "mailto"`)
test(refused, 'javascript:alert(1)', `only ${SCHEME_LIST} are polled, not "javascript"`)

test(refused, 'https://', 'it has no host')
test(refused, 'https:///path', 'it has no host')
test(refused, 'https://user:pass@/', 'it has no host')
test(refused, 'https://:8080/', 'it has no host')
test(refused, 'https://a.example\\@b.example/', 'it has a backslash in place of a slash')

const PORT = 'its port is not a number from 1 to 65535'
test(refused, 'http://a.example:0/', PORT)
test(refused, 'http://a.example:65536/', PORT)
test(refused, 'http://a.example:-1/', PORT)
test(refused, 'http://a.example:8O/', PORT)
test(refused, 'http://[::1]:0/', PORT)
test(refused, 'http://user:secret/word@a.example/', PORT)

test(refused, 'http://[fe80::1%25eth0]/', 'IPv6 zone ids are not supported')
test(refused, 'http://[fe80::1%eth0]/', 'IPv6 zone ids are not supported')
test(refused, 'http://[::1/', 'its IPv6 address has no closing bracket')
test(refused, 'http://[1.2.3.4]/', 'the text in brackets is not an IPv6 address')
test(refused, 'http://2001:db8::1/', 'an IPv6 address needs brackets: "[2001:db8::1]"')
test(refused, 'http://1.2.3.4.5/', 'its host is not a valid name or address')
test(refused, 'http://256.1.1.1/', 'its host is not a valid name or address')
test(refused, 'http://a<b/', 'its host is not a valid name or address')
test(refused, 'https://*.example.com/', 'its host name contains "*"')
test(refused, 'https://a.example,b.example/', 'its host name contains ","')
test(refused, 'https://a..example/', 'its host name has an empty part')
test(
  'a label that is too long',
  refused,
  `https://${'a'.repeat(64)}.example/`,
  'a part of its host name has 64 characters; the limit is 63',
)
test(
  'a name that is too long',
  refused,
  `https://${'a.'.repeat(127)}b/`,
  'its host name has 255 characters; the limit is 253',
)
test(refused, 'http://user:100%@a.example/', 'its credentials contain a % that does not encode a character')
test(refused, 'http://user:%FF@a.example/', 'its credentials contain a % that does not encode a character')

test(refused, 'https://a.example/a b', 'it contains a space')
test(refused, ' https://a.example/', 'it contains a space')
test(refused, 'https://a.example/\0', 'it contains a NUL character')
test(refused, 'https://a.exa\tmple/', 'it contains an invisible character (U+0009)')
test(refused, 'https://a.exa\nmple/', 'it contains an invisible character (U+000A)')
test(refused, 'https://a.example/\u001b[2J', 'it contains an invisible character (U+001B)')
test(refused, 'https://a.exa\u00admple/', 'it contains an invisible character (U+00AD)')
test(refused, 'https://a.exa\u200bmple/', 'it contains an invisible character (U+200B)')
test(refused, 'https://a.exa\ufe0fmple/', 'it contains an invisible character (U+FE0F)')
test(refused, 'https://a.exa\u{e0041}mple/', 'it contains an invisible character (U+E0041)')
test(refused, 'https://a.example/\u202egnp', 'it contains an invisible character (U+202E)')
test(refused, 'https://a.example/\u3000', 'it contains an invisible character (U+3000)')
test(refused, 'https://a.example/\ufffd', 'it contains bytes that are not UTF-8')

test('the longest URL is accepted, one character more is not, as written or as normalised', (t) => {
  const longest = `https://a.example/${'x'.repeat(MAX_URL_LENGTH - 18)}`
  t.deepEqual(parseUrl(longest) as unknown, { url: longest })
  t.deepEqual(parseUrl(`${longest}x`), {
    why: `it is ${MAX_URL_LENGTH + 1} characters long; the limit is ${MAX_URL_LENGTH}`,
  })
  const half = `https://a.example/${'ü'.repeat(MAX_URL_LENGTH / 2)}`
  t.deepEqual(parseUrl(half), {
    why: `it is ${18 + MAX_URL_LENGTH * 3} characters long; the limit is ${MAX_URL_LENGTH}`,
  })
})
