import type { ResourceTable } from '../../resource/resource-table.ts'
import type { ResourceId } from '../../resource/resource.ts'
import type { PollOptions } from '../../settings/poll-options.ts'
import type { Profiles } from '../../settings/profiles.ts'
import { effectiveSettings, loginSettings, unlistedSettings } from '../../settings/shown-settings.ts'
import { mergeOverrides } from '../../settings/url-options.ts'

/** What the settings of a URL come from. `poll`: the flags. */
export interface SettingsSources {
  readonly profiles: Pick<Profiles, 'overrides'>
  readonly poll: PollOptions
}

/**
 * The settings with which a URL is polled, as a line of a list has them, with the flags that no line has, and without secrets. `url`: as it
 * is printed. Null: it has left the lists.
 */
export function settingsOf(
  table: Pick<ResourceTable, 'has' | 'displayName' | 'profile' | 'url'>,
  { profiles, poll }: SettingsSources,
  id: ResourceId,
  url: string,
): readonly string[] | null {
  if (!table.has(id) || table.displayName(id) !== url) return null
  const options = mergeOverrides(poll, profiles.overrides(table.profile(id)) ?? {})
  return [
    ...effectiveSettings(options),
    ...loginSettings(table.url(id), options.auth),
    ...unlistedSettings(poll),
  ]
}
