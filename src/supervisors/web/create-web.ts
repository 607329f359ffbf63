import type { ResourceTable } from '../../resource/resource-table.ts'
import type { WebOptions } from '../../threads/web-protocol.ts'
import type { WebHooks, WebSupervisor } from './web-supervisor.ts'

/** The options of a run that concern the web thread. */
interface RunOptions extends Pick<WebOptions, 'listen' | 'otlp' | 'metricsUrls'> {
  readonly webConnections: number
  readonly webPrefix: string
  readonly webConfig: WebHooks['configFile']
  readonly poll: WebHooks['poll']
}

/** The web thread of a run. It is not loaded where nobody asked for it: the result is null then. */
export async function createWeb(
  table: ResourceTable,
  {
    listen,
    otlp,
    metricsUrls,
    webConnections: connections,
    webPrefix: prefix,
    webConfig: configFile,
    poll,
  }: RunOptions,
  hooks: Omit<WebHooks, 'configFile' | 'poll'>,
): Promise<WebSupervisor | null> {
  if (listen === null && otlp === null) return null
  const { WebSupervisor: Loaded } = await import('./web-supervisor.ts')
  return new Loaded(table, { listen, otlp, metricsUrls, connections, prefix }, { ...hooks, configFile, poll })
}
