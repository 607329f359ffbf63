import test from 'ava'
import { Program, pathOf } from '../../helpers/program.ts'

test('a document of which far more is printed than may wait is whole, also for a reader that comes late', async (t) => {
  const [rows, maxBuffered] = [30_000, 300_000]
  const { stdout, stderr } = await new Program(t, [String(rows), String(maxBuffered)], {
    script: pathOf('print-rows'),
    prefix: ['sh', '-c', '"$0" "$@" | (sleep 1; cat)'],
  }).ended()
  t.is(stderr, '')
  t.true(stdout.length > 3 * maxBuffered)
  t.is(stdout.split('\r\n').length, rows + 2, 'a header, and nothing after the last line break')
})
