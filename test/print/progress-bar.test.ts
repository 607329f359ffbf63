import test from 'ava'
import { BAR_AFTER_MS, ProgressBar, progressLine } from '../../src/print/progress-bar.ts'
import { formatDuration } from '../../src/resource/format-duration.ts'

test('the bar, the rate and the time left', (t) => {
  t.is(
    progressLine(0, 200, 0, 80),
    '[----------------------------------------] 0% 0 of 200 URLs, 0.0 a second',
  )
  t.is(
    progressLine(50, 200, 2_000, 80),
    '[#########---------------------------] 25% 50 of 200 URLs, 25 a second, 6s left',
  )
  t.is(progressLine(200, 200, 8_000, 60), '[##############] 100% 200 of 200 URLs, 25 a second, 0s left')
})

test('a narrow terminal has no bar, and never a line longer than it is', (t) => {
  t.is(progressLine(50, 200, 2_000, 40), '25% 50 of 200 URLs, 25 a second, 6s lef')
  for (let columns = 0; columns < 120; columns++) {
    t.true(progressLine(999_999, 1_000_000, 12_345, columns).length <= Math.max(0, columns - 1))
  }
})

test('lengths of time', (t) => {
  t.deepEqual([0, 499, 8_000, 200_000, 60_000, 3_600_000, 187_200_000, 9e15].map(formatDuration), [
    '0s',
    '0s',
    '8s',
    '3m 20s',
    '1m',
    '1h',
    '2d 4h',
    '104166666d 16h',
  ])
})

test('lines are said above it, and it leaves nothing behind', async (t) => {
  let written = ''
  const screen = {
    write: (text: string) => (written += text),
    flush: () => Promise.resolve(),
    columns: () => 20,
  }
  let now = 0
  const progress = new ProgressBar(screen, 4, () => now)
  progress.printAbove('first\n')
  t.is(written, 'first\n')
  now = BAR_AFTER_MS
  written = ''
  progress.update(1)
  progress.update(1)
  t.is(written, '\r\u001b[K25% 1 of 4 URLs, 0.')
  written = ''
  progress.printAbove('second\n')
  t.is(written, '\r\u001b[Ksecond\n25% 1 of 4 URLs, 0.')
  written = ''
  await progress.end(0)
  t.is(written, '\r\u001b[K')
})

test('a run that is soon over shows no bar', async (t) => {
  let now = 0
  let written = ''
  const screen = {
    write: (text: string) => (written += text),
    flush: () => Promise.resolve(),
    columns: () => 80,
  }
  const progress = new ProgressBar(screen, 4, () => now)
  progress.update(0)
  now = BAR_AFTER_MS - 1
  progress.update(3)
  await progress.end(0)
  t.is(written, '')
})
