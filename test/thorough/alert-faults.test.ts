import { execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import test from 'ava'
import { alertRun } from '../helpers/alert-run.ts'
import type { WebhookBody } from '../helpers/alert-run.ts'
import { directoryOf } from '../helpers/directory.ts'
import { whilePaused } from '../helpers/paused.ts'
import { Program } from '../helpers/program.ts'
import { receiverServer } from '../helpers/receiver-server.ts'
import { smallDisk } from '../helpers/small-disk.ts'
import { loopback, startSwitched } from '../helpers/switched-origins.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const DOWN = '{ to: [ops], down: { after: 2 }, group-wait: 0s, group-by: [path] }'

test('a full disk of the state file keeps nobody from being told, and what was told is written when there is room', async (t) => {
  const disk = smallDisk(t, 400)
  if (disk === null) return
  const run = await alertRun(t, ['/a', '/b', '/c'], [DOWN])
  const state = ['--alert-state', join(disk, 'alerts.db')]
  const program = run.start(...state)
  await run.polledAgain('/a')
  const ballast = join(disk, 'ballast')
  t.throws(() => writeFileSync(ballast, Buffer.alloc(400_000)), { code: 'ENOSPC' })
  run.down.add('/a').add('/b')
  await run.sentInAll(2)
  await program.until(({ stderr }) => /alerts\.db: .*full/.test(stderr))
  writeFileSync(ballast, '')
  await program.until(({ stderr }) => /alerts\.db: it is written again/.test(stderr))
  program.child.kill('SIGKILL')
  await program.ended()
  run.down.delete('/b')
  run.start(...state)
  await run.sentInAll(3)
  await Promise.all(['/a', '/c'].map((path) => run.polledAgain(path)))
  t.deepEqual(run.sent().slice(2), ['down resolved /b'])
})

test('an alerter that hangs is replaced: nothing is told twice, and what turned meanwhile is told', async (t) => {
  const run = await alertRun(t, ['/a', '/b', '/c'], [DOWN], { kind: 'hang' })
  run.down.add('/b').add('/c')
  const program = run.start('--alert-state', join(run.directory, 'alerts.db'))
  await run.sentInAll(2)
  await run.polledAgain('/a')
  run.kill('alerter')
  await sleep(1_000)
  run.down.add('/a').delete('/c')
  await program.until(({ stderr }) => /^The alerter .*another takes its place/m.test(stderr))
  await run.sentInAll(4)
  await Promise.all(['/a', '/b', '/c'].map((path) => run.polledAgain(path)))
  t.deepEqual(run.sent().toSorted(), [
    'down firing /a',
    'down firing /b',
    'down firing /c',
    'down resolved /c',
  ])
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

const BUSY_MS = 15_000

// Not spawnSync: the origin is in this thread, and URLs would rightly be down while it waits.
const execute = promisify(execFile)

test('nobody is told because the machine has no time for headcount', async (t) => {
  const paths = Array.from({ length: 100 }, (_, n) => `/${n}`)
  const run = await alertRun(t, paths, [
    '{ to: [ops], down: true, group-wait: 0s }',
    '{ to: [ops], flapping: { changes: 1, within: 1h } }',
  ])
  const program = run.start('--timeout', '3s')
  await run.polledAgain('/99')
  const { pid } = program.child
  const delay = monitorEventLoopDelay()
  delay.enable()
  const told = () =>
    `the origin was late by up to ${delay.max / 1e6} ms; ${run.hook.received.map(({ body }) => body).join('\n')}`
  const runOn = (processors: string) => execute('taskset', ['-a', '-c', '-p', processors, `${pid}`])
  // One processor, beside loops that come first.
  await runOn('0')
  await execute('sh', ['-c', `renice -n 19 -p $(ls /proc/${pid}/task)`])
  const loops = Array.from({ length: 6 }, () =>
    spawn('taskset', ['-c', '0', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }),
  )
  const end = () => loops.map((loop) => loop.kill('SIGKILL'))
  t.teardown(end)
  await sleep(BUSY_MS)
  end()
  await runOn(`0-${availableParallelism() - 1}`)
  await Promise.all(paths.map((path) => run.polledAgain(path)))
  t.deepEqual(run.sent(), [], told())
  run.down.add('/7')
  await run.sentInAll(1)
  t.deepEqual(run.sent(), ['down firing /7'])
})

test('a lost uplink that takes the receiver with it is told when it is back, and no URL is', async (t) => {
  const origins = await startSwitched(t, loopback(31))
  const [canary, ...urls] = origins.urls as [string, ...string[]]
  let isOut = false
  let refused = 0
  const sent: string[] = []
  const hook = await receiverServer(t, (response, { body }) => {
    if (isOut) {
      refused++
      response.socket?.destroy()
      return
    }
    sent.push(body)
    response.end()
  })
  const config = join(directoryOf(t), 'c.yml')
  writeFileSync(
    config,
    `urls: ${JSON.stringify(urls)}
receivers: { ops: { webhook: "${hook.origin}/" } }
alerts: [{ to: [ops], down: true, unknown: { for: 500ms }, group-wait: 2s }]
`,
  )
  const program = new Program(t, [
    ...['--pool-size', '2', '--interval', '300ms', '--status-interval', '200ms', '--format', 'json'],
    ...['--error-backoff', '0ms', '--canary', canary, '-c', config],
  ])
  const all = (verdict: string) => (one: Program) =>
    one.json.findLast(({ type }) => type === 'summary')?.[verdict] === urls.length
  await program.until(all('up'))
  isOut = true
  await origins.fallSilentAndStop(program)
  await waitUntil(() => refused > 0)
  await whilePaused(program.child, origins.start)
  await program.until(all('up'))
  isOut = false
  await waitUntil(() => sent.length === 2, 60_000)
  t.deepEqual(
    sent.map((body) => {
      const { alert, status, total } = JSON.parse(body) as WebhookBody
      return [alert, status, total]
    }),
    [
      ['unknown', 'firing', 30],
      ['unknown', 'resolved', 30],
    ],
  )
  t.regex(sent[0] ?? '', /this machine's uplink seems to be out/)
})
