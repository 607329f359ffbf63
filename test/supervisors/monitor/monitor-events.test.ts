import test from 'ava'
import { TOO_SLOW } from '../../../src/print/text/printer.ts'
import { monitorEvents } from '../../../src/supervisors/monitor/monitor-events.ts'

/** What main does when an output has failed: methods of the run that were called, and lines. */
function doneAbout(once: boolean, file: string | null, code: string): string[] {
  const calls: string[] = []
  const called = (name: string) => () => void calls.push(name)
  const run = { once, stop: called('stop'), markIncomplete: called('markIncomplete'), fail: called('fail') }
  const log = (lines: string) => void calls.push(lines)
  monitorEvents(run, log, called('interrupt'), called('started')).received({
    type: 'outputFailed',
    file,
    code,
  })
  return calls
}

test('text that was dropped is no success with --once; otherwise summaries tell of it', (t) => {
  t.deepEqual(doneAbout(true, 'a.csv', TOO_SLOW), [`error: a.csv: ${TOO_SLOW}\n`, 'markIncomplete'])
  t.deepEqual(doneAbout(true, null, TOO_SLOW), [`error: standard output: ${TOO_SLOW}\n`, 'markIncomplete'])
  t.deepEqual(doneAbout(false, null, TOO_SLOW), [])
})

test('a closed pipe ends a run that goes on for ever, and not one that polls each URL once', (t) => {
  t.deepEqual(doneAbout(false, null, 'EPIPE'), ['stop'])
  t.deepEqual(doneAbout(true, null, 'EPIPE'), [])
})

test('a terminal that has gone ends both', (t) => {
  for (const once of [false, true]) t.deepEqual(doneAbout(once, null, 'EIO'), ['stop'])
})

test('an error of a file is said, whatever it is', (t) => {
  t.deepEqual(doneAbout(false, 'pipe', 'EPIPE'), ['pipe: EPIPE\n', 'markIncomplete'])
  t.deepEqual(doneAbout(true, 'pipe', 'EPIPE'), ['error: pipe: EPIPE\n', 'markIncomplete'])
})
