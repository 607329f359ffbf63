import test from 'ava'
import { countOf, parseCountOrShare } from '../../src/settings/count-or-share.ts'

test('a number, or a share of all, rounded down', (t) => {
  for (const [text, all, count] of [
    ['0', 10, 0],
    ['3', 2, 3],
    ['5%', 100, 5],
    ['5%', 19, 0],
    ['2.5%', 200, 5],
    ['29%', 100, 29],
    ['100%', 7, 7],
  ] as const)
    t.is(countOf(parseCountOrShare(text), all), count, text)
})

test('what is neither is refused', (t) => {
  for (const text of ['', '-1', '1.5', '5 %', '%', '101%', '1e3', 'all'])
    t.throws(() => parseCountOrShare(text), { instanceOf: RangeError }, text)
})
