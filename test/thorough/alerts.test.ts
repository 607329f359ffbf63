import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { alertRun } from '../helpers/alert-run.ts'
import type { WebhookBody } from '../helpers/alert-run.ts'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { whilePaused } from '../helpers/paused.ts'
import { Program } from '../helpers/program.ts'
import { receiverServer } from '../helpers/receiver-server.ts'
import { directoryOf } from '../helpers/directory.ts'
import { loopback, startSwitched } from '../helpers/switched-origins.ts'
import { waitUntil } from '../helpers/wait-until.ts'

limitConcurrency(test, 4)

const DOWN = '{ to: [ops], down: { after: 2 }, group-wait: 0s, group-by: [path] }'

test('nobody is told because the lists or the rules change: a URL that leaves is no longer watched', async (t) => {
  const run = await alertRun(t, ['/a', '/b', '/c'], [DOWN])
  run.down.add('/b').add('/c')
  const program = run.start()
  await run.sentInAll(2)
  run.write(
    ['/b', '/c', '/d'],
    ['{ name: rule-1, to: [ops], down: { after: 2 }, group-wait: 0s, group-by: [path], repeat: 1h }'],
  )
  program.child.kill('SIGHUP')
  await run.origin.requested('/d', 3)
  t.deepEqual(run.sent().toSorted(), ['down firing /b', 'down firing /c'])
  run.write(['/b', '/d'])
  program.child.kill('SIGHUP')
  await run.sentInAll(3)
  await run.polledAgain('/b')
  const last = JSON.parse(run.hook.received[2]?.body ?? '') as WebhookBody
  t.deepEqual([last.cause, last.firing, run.hook.received.length], ['unwatched', 0, 3])
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

test('links lead to the address that others know', async (t) => {
  const run = await alertRun(t, ['/a'], [DOWN])
  run.down.add('/a')
  const program = run.start('--listen', '127.0.0.1:0', '--external-url', 'https://status.example/hc')
  await run.sentInAll(1)
  const { link } = JSON.parse(run.hook.received[0]?.body ?? '') as { link: string }
  t.is(link, `https://status.example/hc/url?u=${encodeURIComponent(`${run.origin.url}/a`)}`)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

test('nobody is told because the process stood still', async (t) => {
  const run = await alertRun(
    t,
    ['/a', '/b'],
    ['{ to: [ops], down: { after: 1s }, unknown: { for: 1s }, group-wait: 0s }'],
  )
  run.down.add('/b')
  const program = run.start()
  await run.sentInAll(1)
  await whilePaused(program.child, () => sleep(3_000))
  await Promise.all(['/a', '/b'].map((path) => run.polledAgain(path)))
  t.deepEqual(run.sent(), ['down firing /b'])
})

test('a list that vanishes with the uplink is not down: who asks for it is told once of what is unknown', async (t) => {
  const origins = await startSwitched(t, loopback(31))
  const [canary, ...urls] = origins.urls as [string, ...string[]]
  const hook = await receiverServer(t)
  const config = join(directoryOf(t), 'c.yml')
  writeFileSync(
    config,
    [
      'urls:',
      ...urls.map((url) => `  - ${url}`),
      `receivers: { ops: { webhook: "${hook.origin}/" } }`,
      'alerts:',
      '  - { to: [ops], down: { after: 1 }, unknown: { for: 500ms }, group-wait: 2s }',
      '',
    ].join('\n'),
  )
  const args = [
    '--pool-size',
    '2',
    '--interval',
    '300ms',
    '--status-interval',
    '200ms',
    '--format',
    'json',
    '--error-backoff',
    '0ms',
  ]
  const program = new Program(t, [...args, '--canary', canary, '-c', config])
  const all = (verdict: string) => (one: Program) =>
    one.json.findLast(({ type }) => type === 'summary')?.[verdict] === 30
  await program.until(all('up'))
  await origins.fallSilentAndStop(program)
  await waitUntil(() => hook.received.length === 1)
  await whilePaused(program.child, origins.start)
  await waitUntil(() => hook.received.length === 2)
  await program.until(all('up'))
  const sent = hook.received.map(({ body }) => JSON.parse(body) as WebhookBody)
  t.deepEqual(
    sent.map(({ alert, status, total }) => [alert, status, total]),
    [
      ['unknown', 'firing', 30],
      ['unknown', 'resolved', 30],
    ],
  )
})

test('what waits for its group at the end of a run in memory is told; with a file, it waits for the next run', async (t) => {
  const run = await alertRun(t, ['/a', '/b'], ['{ to: [ops], down: { after: 1 }, group-wait: 1h }'])
  run.down.add('/b')
  const inMemory = run.start()
  await run.origin.requested('/b', 4)
  inMemory.child.kill('SIGTERM')
  t.is((await inMemory.ended()).code, 0)
  t.deepEqual(run.sent(), ['down firing /b'])
  const state = ['--alert-state', join(run.directory, 'alerts.db')]
  const withFile = run.start(...state)
  await run.polledAgain('/b')
  withFile.child.kill('SIGTERM')
  await withFile.ended()
  t.is(run.hook.received.length, 1)
})

test('a state file that is removed while it is used: one line, a new file, and all goes on', async (t) => {
  const run = await alertRun(t, ['/a', '/b'], [DOWN])
  const file = join(run.directory, 'alerts.db')
  run.down.add('/b')
  const program = run.start('--alert-state', file)
  await run.sentInAll(1)
  rmSync(file)
  run.down.add('/a')
  await run.sentInAll(2)
  await waitUntil(() => statSync(file, { throwIfNoEntry: false }) !== undefined)
  // What was sent is written when the answer is there.
  await run.polledAgain('/a')
  program.child.kill('SIGKILL')
  await program.ended()
  t.regex(program.stderr, /alerts\.db: .*removed/)
  run.start('--alert-state', file)
  run.down.delete('/a')
  run.down.delete('/b')
  await run.sentInAll(4)
  t.deepEqual(run.sent().slice(2).toSorted(), ['down resolved /a', 'down resolved /b'])
})

test('a state file that is damaged is set aside at the start, and polling goes on', async (t) => {
  const run = await alertRun(t, ['/a', '/b'], [DOWN])
  const file = join(run.directory, 'alerts.db')
  run.down.add('/b')
  const first = run.start('--alert-state', file)
  await run.sentInAll(1)
  first.child.kill('SIGTERM')
  await first.ended()
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0xff, 100, bytes.length))
  const second = run.start('--alert-state', file)
  await run.sentInAll(2)
  t.regex(second.stderr, /alerts\.db/)
  t.deepEqual(run.sent(), ['down firing /b', 'down firing /b'])
})
