import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { alertRun } from '../../helpers/alert-run.ts'
import type { WebhookBody } from '../../helpers/alert-run.ts'
import { limitConcurrency } from '../../helpers/limit-concurrency.ts'
import type { Program } from '../../helpers/program.ts'
import { startOrigin } from '../../helpers/origin.ts'

limitConcurrency(test, 4)

/** The metrics, once they say so. */
async function metricsOf({ stderr }: Program, what: RegExp): Promise<string> {
  const address = /^Listening on (\S+)$/m.exec(stderr)?.[1] ?? ''
  for (;;) {
    const text = await (await fetch(`${address}metrics`)).text()
    if (what.test(text)) return text
    await sleep(50)
  }
}

const DOWN = '{ to: [ops], down: { after: 2 }, group-wait: 0s, group-by: [path] }'

test('nobody is told because a thread dies, whichever it is, and everything is told after it', async (t) => {
  const run = await alertRun(t, ['/a', '/b'], [DOWN])
  run.down.add('/b')
  const program = run.start('--listen', '0', '--history', join(run.directory, 'history.db'))
  await run.sentInAll(1)
  for (const [role, line] of [
    ['web', /The web thread ended/],
    ['recorder', /The recorder ended/],
    ['poller', /poller 1 was lost/],
    ['alerter', /The alerter ended; another takes its place/],
    // Last, so that the alerter is connected by nothing else.
    ['monitor', /The monitor ended/],
  ] as const) {
    run.kill(role)
    await program.until(({ stderr }) => line.test(stderr))
    await Promise.all(['/a', '/b'].map((path) => run.polledAgain(path)))
  }
  t.deepEqual(run.sent(), ['down firing /b'])
  run.down.add('/a')
  await run.sentInAll(2)
  run.down.delete('/b')
  await run.sentInAll(3)
  t.deepEqual(run.sent(), ['down firing /b', 'down firing /a', 'down resolved /b'])
  const metrics = await metricsOf(program, /_total\{receiver="ops",result="sent"\} 2$/m)
  t.regex(metrics, /^headcount_alerts_firing\{rule="rule-1",kind="down"\} 1$/m)
  t.regex(metrics, /^headcount_notifications_pending 0$/m)
  t.regex(metrics, /^headcount_alerts_dropped_polls_total 0$/m)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

for (const signal of ['SIGKILL', 'SIGTERM'] as const)
  test(`a run that goes on after ${signal} tells nothing again, and the end of what an earlier one told`, async (t) => {
    const run = await alertRun(t, ['/a', '/b', '/c'], [DOWN])
    const file = join(run.directory, 'alerts.db')
    run.down.add('/b').add('/c')
    const first = run.start('--alert-state', file)
    await run.sentInAll(2)
    // What was sent is written when the answer is there.
    await run.polledAgain('/a')
    first.child.kill(signal)
    await first.ended()
    run.down.delete('/c')
    run.start('--alert-state', file)
    await run.sentInAll(3)
    await run.polledAgain('/b')
    t.deepEqual(run.sent().toSorted(), ['down firing /b', 'down firing /c', 'down resolved /c'])
  })

test('a list that cannot be read at a restart: what was told of its URLs goes on', async (t) => {
  const run = await alertRun(t, ['/a'], [DOWN])
  let isAway = false
  const lists = await startOrigin(t, (_, response) => {
    const [status, paths] = isAway ? [503, []] : [200, ['/b']]
    const targets = paths.map((path) => `${run.origin.url}${path}`)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify([{ targets }]))
  })
  const args = ['-f', `${lists.url}/list`, '--alert-state', join(run.directory, 'alerts.db')]
  run.down.add('/b')
  const first = run.start(...args)
  await run.sentInAll(1)
  await run.polledAgain('/a')
  first.child.kill('SIGKILL')
  await first.ended()
  isAway = true
  const second = run.start(...args)
  await run.polledAgain('/a')
  isAway = false
  second.child.kill('SIGHUP')
  await run.polledAgain('/b')
  run.down.delete('/b')
  await run.sentInAll(2)
  const causes = run.hook.received.map(({ body }) => (JSON.parse(body) as WebhookBody).cause)
  t.deepEqual(causes, ['new', 'resolved'])
})

test('--once tells what one poll finds, in one notification, and a later run its end', async (t) => {
  const run = await alertRun(t, ['/a', '/b', '/c'], ['{ to: [ops], down: { after: 3 } }'])
  run.down.add('/a').add('/b')
  const state = ['--alert-state', join(run.directory, 'alerts.db')]
  const first = await run.once(...state)
  t.is(first.code, 2, first.stderr)
  t.deepEqual(run.sent(), ['down firing /a /b'])
  await run.once(...state)
  t.is(run.hook.received.length, 1)
  run.down.delete('/a')
  await run.once(...state)
  t.deepEqual(run.sent().slice(1), ['down resolved /a'])
})

test('without alerts nothing of them is started', async (t) => {
  const run = await alertRun(t, ['/a'], [])
  writeFileSync(join(run.directory, 'c.yml'), `urls: ["${run.origin.url}/a"]\n`)
  const program = run.start()
  run.kill('alerter')
  await run.polledAgain('/a', 5)
  // Nobody took the mark away.
  t.true(statSync(join(run.directory, 'mark-alerter')).isFile())
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})
