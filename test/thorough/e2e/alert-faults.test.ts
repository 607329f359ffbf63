import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { alertRun } from '../../helpers/alert-run.ts'
import { whilePaused } from '../../helpers/paused.ts'

const DAY_MS = 86_400_000

test('nobody is told because the clock of the machine is set, forwards or back', async (t) => {
  const run = await alertRun(
    t,
    ['/a', '/b', '/c'],
    [
      '{ to: [ops], down: { after: 2 }, group-wait: 0s, group-by: [path], repeat: 1h, unknown: { for: 1h } }',
      '{ to: [ops], match: { path: c }, slow: { over: 1s, for: 1h } }',
    ],
  )
  run.down.add('/b').add('/c')
  const program = run.start()
  await run.sentInAll(2)
  for (const days of [1, -2, 400, 0]) {
    await run.setClock(days * DAY_MS)
    await Promise.all(['/a', '/b', '/c'].map((path) => run.polledAgain(path, 3)))
    t.is(run.hook.received.length, 2, `${days} days`)
  }
  await run.setClock(-DAY_MS)
  run.down.add('/a').delete('/b')
  await run.sentInAll(4)
  t.deepEqual(run.sent().toSorted(), [
    'down firing /a',
    'down firing /b',
    'down firing /c',
    'down resolved /b',
  ])
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

test('nobody is told because the process was stopped after a poll that found a URL down', async (t) => {
  const run = await alertRun(t, ['/a'], ['{ to: [ops], down: { after: 9s }, group-wait: 0s, changed: true }'])
  const program = run.start('--interval', '4s')
  await run.polledAgain('/a', 1)
  run.down.add('/a')
  // The change is told: it is down since then.
  await run.sentInAll(1)
  await whilePaused(program.child, async () => {
    run.down.delete('/a')
    // Longer than it must be down.
    await sleep(12_000)
  })
  await run.sentInAll(2)
  await run.polledAgain('/a', 1)
  // On a busy machine a poll may be unknown, which is one more change.
  t.deepEqual(new Set(run.sent()), new Set(['changed firing /a']))
})
