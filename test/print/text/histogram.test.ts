import test from 'ava'
import { Histogram } from '../../../src/print/text/histogram.ts'

const nothing = { p50: 0, p90: 0, p99: 0, p999: 0, max: 0 }

test('nothing recorded: zeros', (t) => {
  t.deepEqual(new Histogram().percentiles(), nothing)
})

test('percentiles to three digits', (t) => {
  const histogram = new Histogram()
  for (let ms = 1; ms <= 10_000; ms++) histogram.record(ms / 10)
  const near = (actual: number, expected: number) =>
    t.true(Math.abs(actual - expected) <= expected / 500, `${actual}`)
  const { p50, p90, p99, p999, max } = histogram.percentiles()
  near(p50, 500)
  near(p90, 900)
  near(p99, 990)
  near(p999, 999)
  near(max, 1_000)
})

test('from a µs to days; before the intended time and not at all count as a µs', (t) => {
  const histogram = new Histogram()
  histogram.record(0)
  histogram.record(-5)
  t.is(histogram.percentiles().max, 0.001)
  histogram.record(86_400_000)
  t.true(Math.abs(histogram.percentiles().max - 86_400_000) < 86_400)
  t.is(histogram.percentiles().p50, 0.001)
})

test('adding and starting anew', (t) => {
  const window = new Histogram()
  const whole = new Histogram()
  window.record(5)
  whole.add(window)
  window.reset()
  t.deepEqual(window.percentiles(), nothing)
  whole.add(window)
  window.record(50)
  whole.add(window)
  const { p50, max } = whole.percentiles()
  t.is(Math.round(p50), 5)
  t.is(Math.round(max), 50)
})
