import type { Config } from '../config/config.ts'
import type { ConfigFile } from '../config/config-file.ts'
import { redactUrl } from '../resource/redact-url.ts'
import { mergeDefaults } from '../settings/url-settings.ts'
import type { UrlSettings } from '../settings/url-settings.ts'
import type { ListEntry } from '../targets/list-entry.ts'
import { redactName } from '../settings/quote.ts'
import { offerTarget } from '../targets/read-targets.ts'
import type { TargetSink } from '../targets/read-targets.ts'
import type { Source } from './source.ts'

/** The sources of a configuration: the URLs in the file itself, then the lists of its groups, each made by `createSource`. */
export function configuredSources(file: ConfigFile, createSource: (list: ListEntry) => Source): Source[] {
  const { config } = file
  const lists = groupLists(config).map((list) => withGroupDefaults(createSource(list), file, list))
  return [ownUrls(file), ...lists]
}

/** A list of a group. */
interface ConfiguredList extends ListEntry {
  /** How many groups before this one have the same list. */
  readonly occurrence: number
  readonly defaults: UrlSettings
}

function groupLists({ groups }: Config): ConfiguredList[] {
  const occurrences = new Map<string, number>()
  return groups.flatMap(({ files, settings: defaults }) =>
    files.map(({ file, settings }) => {
      const occurrence = occurrences.get(file) ?? 0
      occurrences.set(file, occurrence + 1)
      return { file, settings, occurrence, defaults }
    }),
  )
}

/** The URLs in the configuration file itself. */
function ownUrls(file: ConfigFile): Source {
  const name = redactName(file.path)
  const start = file.config
  let lastReported = ''
  return {
    name,
    reloadPolicy: file.isReloadable ? { path: file.path } : null,
    isConfig: true,
    optionalAtStart: false,
    async read(sink) {
      const config = await file.reload()
      for (const { targets } of config.groups)
        for (const target of targets) {
          const place = () => `${name}: ${redactUrl(target.url)}`
          offerTarget(sink, target, place, () => name)
        }
      const changed = restartReason(start, config)
      const isNew = changed !== '' && changed !== lastReported
      return {
        endsWithNewline: config.endsWithNewline,
        take() {
          file.take(config)
          lastReported = changed
        },
        accept: () => file.accept(config),
        ...(isNew && { notice: `${name}: ${changed}; restart headcount to apply this` }),
      }
    },
  }
}

/** The flags and lists that have changed, which takes a restart to apply, as a text; '' for none. */
function restartReason(start: Config, now: Config): string {
  const names = new Set([...start.flags.keys(), ...now.flags.keys()])
  const flags = [...names].filter((name) => valueOf(start, name) !== valueOf(now, name))
  const lists = [start, now].map((config) =>
    JSON.stringify(groupLists(config).map(({ file, settings }) => [file, settings])),
  )
  const changed = lists[0] === lists[1] ? flags : [...flags, 'files']
  return changed.length === 0 ? '' : `${changed.join(', ')} ${changed.length === 1 ? 'has' : 'have'} changed`
}

function valueOf({ flags }: Config, name: string): string {
  return JSON.stringify(flags.get(name)?.value ?? null)
}

/** A list whose URLs get the settings of its group, as they are in the configuration in use when the list is read. */
function withGroupDefaults(source: Source, config: ConfigFile, list: ConfiguredList): Source {
  const { reloadPolicy } = source
  let { defaults } = list
  const latest = () =>
    groupLists(config.config).find(
      ({ file, occurrence }) => file === list.file && occurrence === list.occurrence,
    )?.defaults ?? defaults
  return {
    ...source,
    reloadPolicy:
      reloadPolicy !== null && 'path' in reloadPolicy && config.isReloadable
        ? { ...reloadPolicy, also: config.path }
        : reloadPolicy,
    isStale: () => JSON.stringify(latest()) !== JSON.stringify(defaults),
    read(sink) {
      defaults = latest()
      return source.read(withDefaults(sink, defaults))
    },
  }
}

function withDefaults(sink: TargetSink, defaults: UrlSettings): TargetSink {
  if (defaults.overrides === null && defaults.labels === null) return sink
  const merged = mergeDefaults(defaults)
  return {
    target: (target, place) => sink.target({ url: target.url, ...merged(target) }, place),
    refuse: (target) => sink.refuse?.({ url: target.url, ...merged(target) }) ?? null,
    invalid: (line) => sink.invalid(line),
  }
}
