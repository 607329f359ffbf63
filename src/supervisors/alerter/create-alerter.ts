import type { ResourceTable } from '../../resource/resource-table.ts'
import type { AlerterOptions } from '../../threads/alerter-protocol.ts'
import type { AlerterHooks, AlerterSupervisor, AlertLease, ListReadings } from './alerter-supervisor.ts'

/** A configuration, as far as it says who is told of what; null: it says nothing of that. */
interface AlertSource {
  readonly alerts: AlerterOptions['config'] | null
  readonly warnings: readonly { readonly position: string; readonly why: string }[]
}

/** The file of a configuration. */
interface AlertFile {
  readonly config: AlertSource
  followAlerts(follow: (config: AlertSource) => void): void
}

/** What is polled, and the configuration. */
interface AlertWork {
  readonly table: ResourceTable
  readonly lists: { readonly readings: ListReadings }
  /** Null: there is none. */
  readonly pages: AlertFile | null
}

/** The options of a run that concern alerts. */
interface AlertOptions {
  /** Null: in memory. */
  readonly alertState: string | null
  readonly once: boolean
  readonly poll: { readonly userAgent: string; readonly tls: { readonly ca: string | null } }
}

/** A configuration that no longer says anything of alerts. */
const NO_ALERTS: AlerterOptions['config'] = { receivers: [], rules: [], maintenance: [], heartbeat: null }

/** The alerter of a run, which follows changes of the configuration. It is not loaded where that says nothing of alerts: the result is null then. */
export async function createAlerter(
  cluster: { readonly alerts: AlertLease } | null,
  { table, lists, pages: file }: AlertWork,
  { alertState, once, poll }: AlertOptions,
  hooks: Omit<AlerterHooks, 'lease' | 'lists'>,
): Promise<AlerterSupervisor | null> {
  const config = file?.config.alerts ?? null
  if (file === null || config === null) {
    file?.followAlerts(({ alerts }) => {
      if (alerts !== null)
        hooks.log(
          'alerts: nobody is told: the configuration had no alerts at the start, and those that it has now count after a restart\n',
        )
    })
    return null
  }
  const { AlerterSupervisor: Loaded } = await import('./alerter-supervisor.ts')
  const { userAgent, tls } = poll
  const lease = cluster?.alerts ?? null
  const alerter = new Loaded(
    table,
    { config, file: lease === null ? alertState : null, once, link: '', userAgent, ca: tls.ca },
    { ...hooks, lease, lists: lists.readings },
  )
  file.followAlerts(({ alerts, warnings }) => {
    for (const { position, why } of warnings) hooks.log(`${position}: ${why}\n`)
    alerter.configure({ config: alerts ?? NO_ALERTS })
  })
  return alerter
}
