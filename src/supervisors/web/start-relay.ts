import type { ResourceTable } from '../../resource/resource-table.ts'
import { letHeapsGrow } from '../../runtime/heap-flags.ts'
import type { ProbeModule } from '../../settings/probe-module.ts'
import type { ServedModule } from '../../threads/probe-protocol.ts'
import { ProbeRelay } from './probe-relay.ts'
import type { ProbeModules, ProbePollers } from './probe-relay.ts'

/** Where the modules of /probe come from: their file, or the one that is built in. */
export interface ModuleSource {
  modules(): readonly ProbeModule[]
  /** The modules that /probe does not serve, with their probers. */
  readonly unserved: ReadonlyMap<string, ServedModule['prober']>
  /** A module as /config shows it; without a name, all of them. */
  yaml(name?: string | null): string
  /** A module is asked for; null: there is none. */
  module(name: string): unknown
  follow(changed: () => void): void
}

/** Makes the relay of a run with these modules. It follows their changes. */
export function startRelay(
  config: ModuleSource,
  { origins }: Pick<ResourceTable, 'origins'>,
  count: number,
  pollers: Pick<ProbePollers, 'post'>,
): ProbeRelay {
  const relay = new ProbeRelay(
    {
      count,
      post: (poller, message, transfer) => pollers.post(poller, message, transfer),
      busy: letHeapsGrow,
    },
    (origin) => origins.find(origin),
    modulesOf(config),
  )
  config.follow(() => relay.setModules(modulesOf(config)))
  return relay
}

function modulesOf(config: ModuleSource): ProbeModules {
  const modules = config.modules()
  const unserved = Array.from(config.unserved, ([name, prober]): ServedModule => {
    return { name, prober, timeoutMs: 0, host: null, yaml: config.yaml(name) }
  })
  return {
    modules,
    served: {
      modules: [...modules.map((module) => servedModule(module, config.yaml(module.name))), ...unserved],
      yaml: config.yaml(),
    },
    use: (name) => void config.module(name),
  }
}

function servedModule({ name, prober, timeoutMs, rules }: ProbeModule, yaml: string): ServedModule {
  const headers = rules.prober === 'http' ? rules.headers : []
  const host = headers.find(([header]) => header.toLowerCase() === 'host')?.[1]
  return { name, prober, timeoutMs, host: host !== undefined && 'text' in host ? host.text : null, yaml }
}
