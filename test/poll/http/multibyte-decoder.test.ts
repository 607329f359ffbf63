import test from 'ava'
import { MultibyteDecoder } from '../../../src/poll/http/multibyte-decoder.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { TestPoller } from '../../helpers/test-poller.ts'

/** Texts in pieces at whose end TextDecoder throws, since bytes of the first are invalid before the second; and a byte that begins a character. */
const PIECES: readonly (readonly [charset: string, first: string, second: string, lead: string])[] = [
  ['gbk', '813081', '00', '8f'],
  ['gbk', '3bdd3498', '24da', '8f'],
  ['gb18030', 'c33096', '1b1b', '8f'],
  ['euc-jp', '8ff4', '1b', '8f'],
  ['iso-2022-jp', '1b28', '33', '1b'],
]

const stream = { stream: true }
const bytes = (hex: string) => Buffer.from(hex, 'hex')

for (const [charset, first, second, lead] of PIECES) {
  test(`${charset}: ${first} ${second} is decoded as when it is whole`, (t) => {
    const whole = (text: string) => new TextDecoder(charset).decode(bytes(text))
    const decoder = new MultibyteDecoder(charset)
    const texts = [first, second, '41'].map((piece) => decoder.decode(bytes(piece), stream))
    t.is([...texts, decoder.decode()].join(''), whole(`${first}${second}41`))
    // What the limit cuts is left out.
    const cut = new MultibyteDecoder(charset)
    const started = [first, second, '41', lead].map((piece) => cut.decode(bytes(piece), stream))
    t.is([...started, cut.decode(undefined, stream)].join(''), whole(`${first}${second}41`))
  })
}

test('a body with such bytes is read', async (t) => {
  const origin = await startOrigin(t, (_, response) => {
    response.setHeader('content-type', 'text/plain; charset=gbk')
    response.write(bytes('813081'))
    // The poller has received the head and the first piece when it looks at the second.
    response.write('', () => setTimeout(() => response.end(bytes('005245414459')), 50))
  })
  const poller = new TestPoller({ timeoutMs: 10_000, body: ['READY'] })
  t.teardown(() => poller.close())
  t.like(await poller.pollWithoutStall(origin.url), { verdict: 'up' })
})
