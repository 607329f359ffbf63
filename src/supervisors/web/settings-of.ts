import type { ResourceTable } from '../../resource/resource-table.ts'
import type { ResourceId } from '../../resource/resource.ts'
import type { PollOptions } from '../../settings/poll-options.ts'
import type { Profiles } from '../../settings/profiles.ts'
import { effectiveSettings } from '../../settings/shown-settings.ts'
import { mergeOverrides } from '../../settings/url-options.ts'
import { HIDDEN } from '../../settings/value-types.ts'

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
  const { username, password } = new URL(table.url(id))
  const hasLogin = options.auth === null && username + password !== ''
  return [
    ...effectiveSettings(options),
    // The login of a URL is no setting, but requests have it all the same.
    ...(hasLogin ? [`auth=basic:${HIDDEN}`] : []),
    ...(poll.tls.ca === null ? [] : [`cacert=${HIDDEN}`]),
    ...poll.resolvers.map((resolver) => `resolver=${resolver}`),
  ]
}
