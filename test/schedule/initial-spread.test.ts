import test from 'ava'
import { firstDue } from '../../src/schedule/initial-spread.ts'

const START = 500
const INTERVAL = 60_000

/** The largest gap between due times, the ends of the interval included, as a multiple of the mean gap. */
function unevenness(from: number, count: number): number {
  const times = Array.from({ length: count }, (_, i) => firstDue(START, INTERVAL, from + i, false))
  times.push(START, START + INTERVAL)
  times.sort((a, b) => a - b)
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? START))
  return Math.max(...gaps) / (INTERVAL / (count + 1))
}

for (const ramp of [true, false]) {
  test(`all first due times lie inside the first interval, ${ramp ? 'with' : 'without'} a ramp`, (t) => {
    for (let index = 0; index < 10_000; index++) {
      const time = firstDue(START, INTERVAL, index, ramp)
      if (!(time > START && time < START + INTERVAL)) t.fail(`${index}: ${time}`)
    }
    t.pass()
  })
}

test('with a ramp, each part of it has more polls than the one before; after it they are even', (t) => {
  const count = 100_000
  const perSecond = Array.from({ length: INTERVAL / 1_000 }, () => 0)
  for (let index = 0; index < count; index++) {
    const second = Math.floor((firstDue(START, INTERVAL, index, true) - START) / 1_000)
    perSecond[second] = (perSecond[second] ?? 0) + 1
  }
  // The polls of a second after the ramp.
  const full = count / (INTERVAL / 1_000 - 1.5)
  const expected = [1 / 6, 3 / 6, 5 / 6, ...Array.from({ length: 57 }, () => 1)]
  for (const [second, share] of expected.entries()) {
    const found = (perSecond[second] as number) / full
    t.true(Math.abs(found - share) < 0.02, `${found} in second ${second}, ${share} expected`)
  }
})

test('any number of Resources is spread evenly', (t) => {
  for (const count of [1, 2, 3, 10, 99, 1_000, 54_321]) {
    const uneven = unevenness(0, count)
    t.true(uneven < 2, `${count}: ${uneven}`)
  }
})

test('each run of neighbours is spread evenly too', (t) => {
  for (const from of [1, 17, 1_000, 123_456, 999_000]) {
    for (const count of [5, 50, 500]) {
      const uneven = unevenness(from, count)
      t.true(uneven < 2.7, `${count} from ${from}: ${uneven}`)
    }
  }
})
