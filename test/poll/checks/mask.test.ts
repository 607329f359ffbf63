import test from 'ava'
import { mask } from '../../../src/poll/checks/mask.ts'

test('runs of a secret are hidden, and shorter secrets as a whole', (t) => {
  t.is(mask('a hunter2 b hunt c hun', ['xhunter2x']), 'a *** b *** c hun')
  t.is(mask('a hun b hunt c hu', ['hun']), 'a *** b ***t c hu')
  t.is(mask('a hunter2 b hunter', ['hunter2'], 8), 'a *** b hunter')
})

test('a text that is left with half a character of two units gets none', (t) => {
  t.is(mask('\u{1f600}bcd', ['\ude00bcd']), '\ufffd***')
})

// With one search in all secrets per place of the text, this takes minutes.
test('a long text and long secrets are gone through once', (t) => {
  const secret = 'a'.repeat(1_000_000)
  t.is(mask('ab1d'.repeat(50_000), [secret, `${secret}ab1`]), 'ab1d'.repeat(50_000))
})
