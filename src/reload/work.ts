import type { MessagePort } from 'node:worker_threads'
import type { ProbeConfig } from '../config/blackbox/probe-config.ts'
import type { ConfigFile } from '../config/config-file.ts'
import type { InputFile } from '../print/text/input-files.ts'
import type { LiveLists } from './live-lists.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { Profiles } from '../settings/profiles.ts'

/** What to poll: Resources, the settings of their profiles, and the lists and all other files that these come from. */
export interface Work {
  readonly table: ResourceTable
  readonly profiles: Profiles
  readonly lists: LiveLists
  readonly inputs: () => readonly InputFile[]
  /** Null: there is no file of modules of `/probe`. */
  readonly probes: ProbeConfig | null
  /** The configuration, which has the public pages; null: there is none. */
  readonly pages: ConfigFile | null
  /** What writes pages when each URL was polled once, with what a monitor on this port knows; null: nothing does. */
  readonly pageExport: { write(questions: MessagePort): Promise<void> } | null
}
