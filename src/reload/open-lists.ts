import type { Readable } from 'node:stream'
import type { ConfigFile } from '../config/config-file.ts'
import { ResourceTable } from '../resource/resource-table.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import { Profiles } from '../settings/profiles.ts'
import { configuredSources } from './config-sources.ts'
import { createSource, createSources, fetchDeadlineMs } from './create-sources.ts'
import type { ListOptions } from './list-options.ts'
import { LiveLists } from './live-lists.ts'
import type { Work } from './work.ts'

/** What the command line says of lists. */
interface OpenOptions extends ListOptions {
  readonly urls: readonly string[]
  readonly files: readonly string[]
  /** How often lists of servers are read, in ms. */
  readonly refreshMs: number
  readonly poll: PollOptions
  readonly once: boolean
  readonly check: boolean
  readonly plan: boolean
}

/** The lists of a run, not read yet, and the tables for what is in them. `log` takes lines for standard error. */
export function openLists(
  options: OpenOptions,
  config: ConfigFile | null,
  stdin: Readable,
  log: (lines: string) => void,
): Pick<Work, 'table' | 'profiles' | 'lists'> {
  const { urls, files, refreshMs, once, check, plan, poll } = options
  const table = new ResourceTable()
  const profiles = new Profiles(poll)
  const sourceOptions = {
    refreshMs,
    deadlineMs: fetchDeadlineMs(refreshMs),
    userAgent: poll.userAgent,
    ca: poll.tls.ca,
    // A run that ends by itself reports on all of its lists.
    optionalAtStart: !once && !check && !plan,
  }
  const sources = createSources(urls, files, stdin, sourceOptions)
  if (config !== null)
    sources.push(...configuredSources(config, (list) => createSource(list, stdin, sourceOptions)))
  const lists = new LiveLists(sources, { table, profiles }, options, (line) => log(`${line}\n`))
  return { table, profiles, lists }
}
