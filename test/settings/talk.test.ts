import test from 'ava'
import { parseSend, takeTurns } from '../../src/settings/talk.ts'
import type { TalkStep } from '../../src/settings/talk.ts'
import { parseLine } from '../../src/targets/parse-line.ts'

const SENDS: readonly (readonly [text: string, sent: string])[] = [
  ['', ''],
  ['PING', 'PING'],
  [String.raw`PING\r\n`, 'PING\r\n'],
  [String.raw`a\tb\0\x41\xff\\\"`, 'a\tb\0A\xff\\"'],
  ['ü', '\xc3\xbc'],
]

for (const [text, sent] of SENDS) {
  test(`send=${text}`, (t) => t.deepEqual(parseSend(text), ['send', sent]))
}

for (const text of [String.raw`\q`, '\\', String.raw`\x4`, 'x'.repeat(4_097)]) {
  test(`send=${text.slice(0, 10)} is refused, without a quotation`, (t) => {
    const error = t.throws(() => parseSend(text), { instanceOf: RangeError })
    t.false(error.message.includes('q,'))
  })
}

const send = (text: string): TalkStep => ['send', text]
const expect = (text: string): TalkStep => ['expect', text]

test('lists of texts to send and to expect take turns', (t) => {
  t.deepEqual(takeTurns([]), [])
  t.deepEqual(takeTurns([send('a'), send('b'), expect('x'), expect('y')]), [
    send('a'),
    expect('x'),
    send('b'),
    expect('y'),
  ])
  t.deepEqual(takeTurns([send('a'), expect('x'), expect('y')]), [expect('x'), send('a'), expect('y')])
  t.deepEqual(takeTurns([expect('x'), expect('y'), expect('z')]), [expect('x'), expect('y'), expect('z')])
})

test('on a line, the order is as written, and the same can be given again', (t) => {
  const line = String.raw`tcp://a.example:25 expect=/^220 .* ESMTP/i send="HELO \"a\"\r\n" expect='250 ' send=QUIT\r\n expect=/^2/ expect=/^2/`
  t.deepEqual(parseLine(line), {
    url: 'tcp://a.example:25' as never,
    overrides: {
      talk: [
        expect('/^220 .* ESMTP/i'),
        send('HELO "a"\r\n'),
        expect('250 '),
        send('QUIT\r\n'),
        expect('/^2/'),
        expect('/^2/'),
      ],
    },
    labels: null,
  })
})

test('mistakes are refused at their places', (t) => {
  t.deepEqual(parseLine('tcp://a.example:25 expect=/(/ send=secret\\q expect='), {
    problems: [
      {
        at: 26,
        why: 'expect: not a valid regular expression in the syntax of RE2, such as /"status": *"(ok|ready)"/i',
      },
      {
        at: 35,
        why: String.raw`send: after a backslash only r, n, t, 0, ", \ or x with two digits can follow, as in PING\r\n`,
      },
      { at: 51, why: 'expect: the text is empty: write what the answer must contain, as in /^220 /' },
    ],
  })
})
