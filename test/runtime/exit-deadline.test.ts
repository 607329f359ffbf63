import test from 'ava'
import { ExitDeadline, FLUSH_MS } from '../../src/runtime/exit-deadline.ts'
import { QUIET_MS } from '../../src/threads/status-ports.ts'

/** Deadlines of polls in flight of 2 s, and a clock that the test moves on. */
function start(recorderMs: number) {
  let now = 0
  const deadline = new ExitDeadline(2_000, () => now, recorderMs)
  return {
    deadline,
    at(ms: number) {
      now = ms
      return deadline
    },
  }
}

test('a last push that takes all its time leaves the monitor and the recorder theirs', (t) => {
  for (const recorderMs of [0, FLUSH_MS]) {
    const { deadline, at } = start(recorderMs)
    // When the last poll ended at its deadline, and when a poller hung.
    for (const pollersMs of [2_000, deadline.pollersMs]) {
      const { webMs } = at(pollersMs)
      t.true(webMs >= 0)
      t.true(at(pollersMs + webMs).monitorMs >= 200, `${pollersMs}, ${recorderMs}`)
      t.true(deadline.recorderMs - deadline.monitorMs === recorderMs)
    }
  }
})

test('a monitor that a poller in a system call keeps waiting has time for its last word', (t) => {
  const { deadline, at } = start(FLUSH_MS)
  const poolMs = 100 // POOL_EXIT_TIMEOUT_MS of the PollerPool.
  t.true(at(deadline.pollersMs + poolMs).monitorMs >= QUIET_MS + 50)
})

test('an end that may take any time is over a second after somebody hurries it', async (t) => {
  let now = 0
  const deadline = new ExitDeadline(2_000, () => now, FLUSH_MS, true)
  t.true(deadline.isPatient)
  now = 60_000
  deadline.hurry()
  await deadline.hurried
  t.false(deadline.isPatient)
  t.is(deadline.leftMs, 1_000)
  t.true(deadline.monitorMs >= 500 && deadline.recorderMs - deadline.monitorMs === FLUSH_MS)
})

test('no time is left when it is over', (t) => {
  const { at } = start(FLUSH_MS)
  const { webMs, monitorMs, recorderMs } = at(5_000)
  t.deepEqual({ webMs, monitorMs, recorderMs }, { webMs: 0, monitorMs: 0, recorderMs: 0 })
})
