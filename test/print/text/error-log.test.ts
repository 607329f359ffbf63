import test from 'ava'
import { ErrorLog, MAX_LINES_PER_WINDOW } from '../../../src/print/text/error-log.ts'
import { down } from '../../helpers/state.ts'

test('where standard output has a line of each change, those that are too many for a journal are counted', (t) => {
  let now = 0
  const lines: string[] = []
  const log = new ErrorLog(
    { verbose: false, isTold: true },
    () => now,
    (text) => lines.push(text),
  )
  const fail = (times: number) => {
    for (let n = 0; n < times; n++) log.record(down(n, { reason: 'dns' }), true, () => t.fail() as never)
    log.flush()
  }
  fail(MAX_LINES_PER_WINDOW)
  now = 10_000
  fail(MAX_LINES_PER_WINDOW + 3)
  t.deepEqual(lines, [])
  now = 20_000
  fail(1)
  t.deepEqual(lines, ['and 3 more URLs: 3 dns (standard output has a line of each)\n'])
  const polls = 2 * MAX_LINES_PER_WINDOW + 4
  t.deepEqual(log.failures, { polls, printed: polls })
})
