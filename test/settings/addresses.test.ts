import test from 'ava'
import {
  parseAddresses,
  parseServerName,
  parseSocketPath,
  parseSource,
} from '../../src/settings/addresses.ts'

const takes = test.macro({
  exec: (t, parse: (text: string) => unknown, text: string, value: unknown) =>
    t.deepEqual(parse(text), value),
  title: (_, parse: { name: string } | undefined, text: string | undefined) => `${parse?.name} takes ${text}`,
})

const refuses = test.macro({
  exec: (t, parse: (text: string) => unknown, text: string) =>
    t.throws(() => parse(text), { instanceOf: RangeError, message: /^not an? |^longer than|^more than/ }),
  title: (_, parse: { name: string } | undefined, text: string | undefined) =>
    `${parse?.name} refuses ${JSON.stringify(text?.slice(0, 40))}`,
})

test(takes, parseAddresses, '192.0.2.1', ['192.0.2.1'])
test(takes, parseAddresses, '192.0.2.1, [2001:db8::1],::1', ['192.0.2.1', '2001:db8::1', '::1'])
for (const text of ['', 'a.example', '192.0.2.1,', '192.0.2.256', '192.0.2.1:80', '192.0.2.1 192.0.2.2'])
  test(refuses, parseAddresses, text)
test(refuses, parseAddresses, Array.from({ length: 65 }, () => '192.0.2.1').join())

test(takes, parseServerName, 'WWW.Example.com.', 'www.example.com')
test(takes, parseServerName, 'bücher.example', 'xn--bcher-kva.example')
test(takes, parseServerName, '[2001:db8::1]', '2001:db8::1')
for (const text of [
  '',
  'a b',
  'https://a.example',
  'a.example:443',
  'a.example/',
  '1234',
  'a\0b',
  '=x',
  'a..b',
])
  test(refuses, parseServerName, text)

test(takes, parseSource, 'eth0', 'eth0')
test(takes, parseSource, 'eth0.100', 'eth0.100')
test(takes, parseSource, '192.0.2.1', '192.0.2.1')
test(takes, parseSource, '[::1]', '::1')
for (const text of [
  '',
  '192.0.2',
  '192.0.2.256',
  '2001:db8:::1',
  'a/b',
  'e th',
  'e\u0007h',
  'a-name-too-long-for-it',
  // In a time that grows with the square of the length it would take hours.
  `${':'.repeat(1_000_000)}x`,
])
  test(refuses, parseSource, text)

test(takes, parseSocketPath, '/run/app.sock', '/run/app.sock')
for (const text of ['', 'app.sock', '/run/\0', `/${'x'.repeat(107)}`]) test(refuses, parseSocketPath, text)
