import test from 'ava'
import { Notices } from '../../../src/supervisors/monitor/notices.ts'

/** Notices of a run with a live view, and where they are. */
function start() {
  const shown: string[] = []
  const written: string[] = []
  let runs = false
  const notices = new Notices(
    (lines) => written.push(lines),
    () => ({
      send({ lines }) {
        if (runs) shown.push(lines)
        return runs
      },
    }),
  )
  return {
    notices,
    shown,
    written,
    setRuns(isNow: boolean) {
      runs = isNow
      if (runs) notices.monitorStarted()
    },
  }
}

test('without a live view, lines go to standard error', (t) => {
  const written: string[] = []
  new Notices((lines) => written.push(lines), null).log('a line\n')
  t.deepEqual(written, ['a line\n'])
})

test('what comes while no monitor runs is shown by the next one', (t) => {
  const { notices, shown, written, setRuns } = start()
  notices.log('early')
  setRuns(true)
  notices.log('now')
  setRuns(false)
  notices.log('lost')
  setRuns(true)
  t.deepEqual(shown, ['early', 'now', 'lost'])
  t.deepEqual(written, [])
})

test('what no monitor has shown is written at the end, and what comes later at once', (t) => {
  const { notices, written, setRuns } = start()
  setRuns(true)
  setRuns(false)
  for (let n = 1; n <= 101; n++) notices.log(`${n}`)
  notices.end()
  t.is(written.length, 100)
  t.is(written[0], '2')
  notices.log('late')
  t.is(written.at(-1), 'late')
})

test('nothing is shown before the first monitor has started', (t) => {
  const noMonitor = () => {
    throw new Error('there is none yet')
  }
  new Notices((lines) => t.fail(lines), noMonitor).log('early')
  t.pass()
})
