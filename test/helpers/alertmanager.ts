import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'
import { startServerProgram } from './server-program.ts'

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
  t: Pick<ExecutionContext, 'teardown'>,
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
  const { url, get } = await startServerProgram(t, {
    command: 'prometheus-alertmanager',
    args: [
      `--config.file=${file}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    port,
    readyPath: '/-/ready',
  })
  return {
    url,
    alerts: async () => (await (await get('/api/v2/alerts')).json()) as ShownAlert[],
  }
}
