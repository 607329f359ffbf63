import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { limitConcurrency } from '../helpers/limit-concurrency.ts'
import { headcount } from '../helpers/program.ts'
import { receiverServer } from '../helpers/receiver-server.ts'

limitConcurrency(test, 2)

/** A configuration of a headcount that runs, with receivers and without URLs. */
async function setUp(t: ExecutionContext) {
  const { origin, received } = await receiverServer(t, (response, { path }) => {
    if (path === '/busy') response.writeHead(429, { 'retry-after': '7' }).end('slow down')
    else if (path === '/gone') response.writeHead(410).end(`no hook ${path}`)
    else response.writeHead(202).end('thanks')
  })
  const directory = directoryOf(t)
  const path = join(directory, 'c.yml')
  const receivers = ['good', 'busy', 'gone'].map((name) => `  ${name}: { webhook: ${origin}/${name} }\n`)
  writeFileSync(
    path,
    `listen: 127.0.0.1:1\ncluster: redis://127.0.0.1:1\nhistory: ${directory}/none/h.db\nuser-agent: me/1\nreceivers:\n${receivers.join('')}`,
  )
  return { path, directory, received }
}

test('a test is sent, and what comes back is printed', async (t) => {
  const { path, received } = await setUp(t)
  const good = await headcount(t, ['notify', 'good', '-c', path])
  t.like(good, { code: 0, stdout: 'good (webhook): sent: status 202: thanks\n', stderr: '' })
  const end = await headcount(t, ['notify', 'good', '--status=resolved'], { env: { HEADCOUNT_CONFIG: path } })
  t.is(end.code, 0)
  const [first, second] = received.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  t.like(first, { receiver: 'good', cause: 'test', status: 'firing', firing: 1 })
  t.like(second, { receiver: 'good', cause: 'test', status: 'resolved', firing: 0 })
  t.is(first?.['groupKey'], second?.['groupKey'])
  t.not(first?.['id'], second?.['id'])
  t.is(received[0]?.headers['user-agent'], 'me/1')
})

test('what is not taken ends with 1', async (t) => {
  const { path } = await setUp(t)
  const [busy, gone] = await Promise.all(
    ['busy', 'gone'].map((name) => headcount(t, ['notify', name, '--config', path])),
  )
  const busyText =
    'error: busy (webhook): not sent, it would be tried again after 7s: status 429: slow down\n'
  t.like(busy, { code: 1, stdout: '', stderr: busyText })
  const goneText = 'error: gone (webhook): not sent, it would not be tried again: status 410: no hook xxxxx\n'
  t.like(gone, { code: 1, stdout: '', stderr: goneText })
})

test('a mistake ends with 3, and says what would be right', async (t) => {
  const { path, directory } = await setUp(t)
  const empty = join(directory, 'empty.yml')
  writeFileSync(empty, 'urls: http://127.0.0.1/\n')
  const cases = [
    [['god', '-c', path], 'there is no receiver "god": was good meant?'],
    [['good', '-c', empty], `${empty} has no receivers`],
    [['good'], 'name the configuration: headcount notify RECEIVER -c headcount.yml'],
    [['-c', path], 'name a receiver: headcount notify RECEIVER -c headcount.yml'],
    [['good', 'busy', '-c', path], 'one receiver at a time'],
    [['good', '-c'], '-c needs a value'],
    [['good', '-x'], 'unknown flag "-x": it has --config and --status'],
    [['good', '--status', 'on', '-c', path], '--status: firing or resolved'],
  ] as const
  for (const [argv, why] of cases) {
    const { code, stderr, stdout } = await headcount(t, ['notify', ...argv], {
      env: { HEADCOUNT_CONFIG: '' },
    })
    t.deepEqual([code, stdout, stderr], [3, '', `error: notify: ${why}\n`])
  }
  writeFileSync(path, 'receivers:\n  bad: { webhook: nowhere }\n')
  const { code, stderr } = await headcount(t, ['notify', 'bad', '-c', path])
  t.is(code, 3)
  t.true(stderr.startsWith(`error: ${path}:2:`), stderr)
})
