import test from 'ava'
import { formatMegabytes } from '../../../src/resource/format-megabytes.ts'
import {
  ageCell,
  certificateCell,
  histogramBars,
  shareCell,
  sparkline,
  timeCell,
  displayUrl,
  formatCount,
} from '../../../src/print/table/cells.ts'
import { truncateTo, padStartTo, padEndTo, textWidth } from '../../../src/print/table/width.ts'
import { NOT_UP } from '../../../src/state/recent-polls.ts'

test('times', (t) => {
  t.deepEqual([0, 0.44, 9.94, 9.95, 41.2, 999.4, 999.5, 12_340, 99_940, 99_950, 600_000].map(timeCell), [
    '0.0ms',
    '0.4ms',
    '9.9ms',
    '10ms',
    '41ms',
    '999ms',
    '1.0s',
    '12.3s',
    '99.9s',
    '100s',
    '600s',
  ])
})

test('ages', (t) => {
  const s = 1_000
  t.deepEqual([-5, 8 * s, 99 * s, 100 * s, 5_999 * s, 6_000 * s, 359_999 * s, 360_000 * s].map(ageCell), [
    '0s',
    '8s',
    '99s',
    '1m',
    '99m',
    '1h',
    '99h',
    '4d',
  ])
})

test('shares: all is all, and almost all is not', (t) => {
  t.deepEqual([1, 0, Number.NaN, 0.99999, 0.999, 0.5, 0.0001, 0.05].map(shareCell), [
    '100%',
    '0%',
    '',
    '99.9%',
    '99.9%',
    '50%',
    '0.1%',
    '5.0%',
  ])
})

test('certificates: days, where they are few', (t) => {
  const day = 86_400_000
  t.deepEqual(
    [0, 31 * day, 30 * day, 12.5 * day, 0.5 * day, -1.5 * day].map((left) =>
      certificateCell(left === 0 ? 0 : 1e12 + left, 1e12),
    ),
    ['', '', '30d', '12d', '0d', '-2d'],
  )
})

test('sparklines have a scale of their own, and noise is level', (t) => {
  t.is(sparkline([]), '')
  t.is(sparkline([NOT_UP, NOT_UP]), '××')
  t.is(sparkline([100, 101, 99]), '▁▁▁')
  t.is(sparkline([1, 10, 100, NOT_UP, 1]), '▁▅█×▁')
  t.is(sparkline([10, 20, 40]), '▁▅█')
})

test('a histogram shows even a single one', (t) => {
  t.is(histogramBars([0, 1, 1_000, 500]), ' ▁█▄')
  t.is(histogramBars([0, 0]), '  ')
})

test('names are shown as their owners write them', (t) => {
  t.is(displayUrl('http://user.xn--mller-kva.example:81/xn--x?q'), 'http://user.müller.example:81/xn--x?q')
  t.is(displayUrl('http://a.example/'), 'http://a.example/')
})

test('numbers', (t) => {
  t.is(formatCount(1_234_567), '1,234,567')
  t.is(formatMegabytes(152_400_000), '152 MB')
})

test('widths', (t) => {
  t.deepEqual(['abc', 'müller', '日本', 'e\u0301', '▁×…', '👩‍👩‍👧'].map(textWidth), [3, 6, 4, 1, 3, 2])
  t.is(truncateTo('abcdef', 4), 'abc…')
  t.is(truncateTo('日本語', 4), '日…')
  t.is(truncateTo('日本語', 5), '日本…')
  t.is(truncateTo('e\u0301e\u0301e\u0301', 2), 'e\u0301…')
  t.is(truncateTo('abc', 0), '')
  t.is(padEndTo('日本', 6), '日本  ')
  t.is(padStartTo('日本', 6), '  日本')
  t.is(padEndTo('日本語', 4), '日… ')
})
