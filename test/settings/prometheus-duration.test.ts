import test from 'ava'
import { parsePrometheusDuration } from '../../src/settings/prometheus-duration.ts'

const reads = test.macro({
  exec(t, text: string, ms: number) {
    t.is(parsePrometheusDuration(text), ms)
  },
  title: (_, text: string) => `reads ${text}`,
})
test(reads, '15s', 15_000)
test(reads, '250ms', 250)
test(reads, '1m30s', 90_000)
test(reads, '1h0m5s7ms', 3_605_007)
test(reads, '1d', 86_400_000)
test(reads, '2w', 14 * 86_400_000)

const refuses = test.macro({
  exec(t, text: string, why: string) {
    t.is(t.throws(() => parsePrometheusDuration(text), { instanceOf: RangeError })?.message, why)
  },
  title: (_, text: string) => `refuses "${text}"`,
})
const NONE = 'not a duration such as 30s or 1m30s'
for (const text of ['', '1.5', '1.5s', '30s1m', '1m1m', ' 1s', '-1s', '1S']) test(refuses, text, NONE)
test(refuses, '0s', 'too short: at least 1ms')
test(refuses, '3w', 'longer than 480h')
test(refuses, '1y', 'longer than 480h')
test(refuses, `${'9'.repeat(400)}s`, 'longer than 480h')

test('a number without a unit is most likely seconds', (t) => {
  t.throws(() => parsePrometheusDuration('5'), { message: 'not a duration: did you mean 5s?' })
})
