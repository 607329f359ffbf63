import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'

/** An alert as Alertmanager shows it. */
export interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL: string
}

/** A real Alertmanager that ends with the test, and tells `hook` of everything at once. */
export async function startAlertmanager(
  t: ExecutionContext,
  hook: string,
): Promise<{ readonly url: string; readonly alerts: () => Promise<ShownAlert[]> }> {
  const directory = directoryOf(t)
  const file = join(directory, 'alertmanager.yml')
  writeFileSync(
    file,
    JSON.stringify({
      route: { receiver: 'hook', group_by: ['headcount_group'], group_wait: '10ms', group_interval: '10ms' },
      receivers: [{ name: 'hook', webhook_configs: [{ url: hook }] }],
    }),
  )
  const port = await freePort()
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${file}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const get = (path: string) => {
    if (child.exitCode !== null) throw new Error(`Alertmanager ended\n${log}`)
    return fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
  }
  const isReady = () =>
    get('/-/ready').then(
      ({ status }) => status === 200,
      () => false, // It does not listen yet.
    )
  while (!(await isReady())) await sleep(20)
  return {
    url: `http://127.0.0.1:${port}`,
    alerts: async () => (await (await get('/api/v2/alerts')).json()) as ShownAlert[],
  }
}
