import type { ResourceTable } from '../resource/resource-table.ts'
import type { ResourceId } from '../resource/resource.ts'
import { shorten } from '../resource/shorten.ts'
import type { Header } from './headers.ts'
import type { JsonCheck } from './json-check.ts'
import type { PollOptions } from './poll-options.ts'
import type { Profiles } from './profiles.ts'
import type { TalkStep } from './talk.ts'
import type { Overrides, UrlOptions } from './url-options.ts'
import { URL_SETTINGS } from './url-setting-table.ts'
import type { UrlSetting } from './url-setting-table.ts'
import { HIDDEN } from './value-types.ts'

/** The longest text of the settings of one URL, in UTF-16 units. */
const MAX_TEXT = 1_000

/** A longer setting is cut, in UTF-16 units. */
const MAX_SETTING = 120

// A switch that sets the field of another row is shown as that row.
const ROWS: readonly UrlSetting[] = (URL_SETTINGS as readonly UrlSetting[]).filter(
  ({ sets }) => sets === undefined,
)

/**
 * Gives the settings of a URL that its list sets and that differ from `flags`, as a line of a list has them, each in a line:
 * `interval=10s`. Secrets are left out. They may have any character: escape them before printing.
 */
export function shownSettings(
  table: Pick<ResourceTable, 'profile' | 'url'>,
  profiles: Pick<Profiles, 'overrides'>,
  flags: UrlOptions,
): (id: ResourceId) => string {
  const texts = new WeakMap<Overrides, string>()
  return (id) => {
    const overrides = profiles.overrides(table.profile(id))
    const login = loginSettings(table.url(id), overrides?.auth ?? flags.auth)
    if (overrides === null) return login.join('')
    const known = texts.get(overrides) ?? join(writeSettings(overrides, flags))
    texts.set(overrides, known)
    return [known, ...login].filter((text) => text !== '').join('\n')
  }
}

/** The login in a URL as a setting. It is none, but requests have it all the same, unless `auth` is set. */
export function loginSettings(url: string, auth: UrlOptions['auth']): readonly string[] {
  return auth === null && /^[^/]*\/\/[^/?#]*@/.test(url) ? [`auth=basic:${HIDDEN}`] : []
}

/** All settings of a run that have a value, as a line of a list has them. Secrets are left out. */
export function runSettings(poll: PollOptions): readonly string[] {
  return [...effectiveSettings(poll), ...unlistedSettings(poll)]
}

/** What a run has in the way of a setting that no line can have. */
export function unlistedSettings({ tls, resolvers }: PollOptions): readonly string[] {
  return [
    ...(tls.ca === null ? [] : [`cacert=${HIDDEN}`]),
    ...resolvers.map((resolver) => `resolver=${resolver}`),
  ]
}

/** Settings of one URL in an answer, and the length of each in UTF-16 units. */
const MAX_SETTINGS = 100
const MAX_EFFECTIVE = 1_000

/** The value of a setting that is not listed: nothing asks for it. */
const ABSENT: Overrides = Object.fromEntries(
  ROWS.filter(({ initial }) => initial === null || initial === false).map(({ field, initial }) => [
    field,
    initial,
  ]),
)

/** All settings that have a value, as a line of a list has them, one each. Secrets are left out. */
export function effectiveSettings(options: UrlOptions): readonly string[] {
  return writeSettings(options, ABSENT)
    .slice(0, MAX_SETTINGS)
    .map((one) => shorten(one, MAX_EFFECTIVE))
}

/** Each setting that differs from `flags`, uncut. */
export function writeSettings(overrides: Overrides, flags: Overrides): readonly string[] {
  return ROWS.flatMap((row) => {
    const [value, usual] = [overrides, flags].map((one) => (one as Record<string, unknown>)[row.field])
    return value === undefined || JSON.stringify(value) === JSON.stringify(usual) ? [] : write(row, value)
  })
}

function write({ name, named, takes, field, type }: UrlSetting, value: unknown): string[] {
  if (named !== undefined)
    return (value as readonly Header[]).map(
      ([key, text]) => `${named.prefix}.${key}=${named.isSecret === true ? HIDDEN : quoted(text)}`,
    )
  if (field === 'json')
    return (value as readonly JsonCheck[]).map(
      ([path, operator, text]) => `json.${path}${operator}${operator === '' ? '' : quoted(text)}`,
    )
  // The steps of all rows of this field are in one list, in their order.
  if (field === 'talk')
    return name !== 'send'
      ? []
      : (value as readonly TalkStep[]).map(
          ([action, text]) => `${action}=${action === 'send' ? HIDDEN : quoted(text)}`,
        )
  const items = takes === 'values' ? (value as readonly unknown[]) : [value]
  return items.map((item) => `${name}=${quoted(type.show === undefined ? String(item) : type.show(item))}`)
}

/** A value as it can stand on a line. */
function quoted(text: string): string {
  if (/^[^\s"'#]\S*$/.test(text)) return text
  if (/["\\]/.test(text) && !text.includes("'")) return `'${text}'`
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

function join(settings: readonly string[]): string {
  return shorten(settings.map((one) => shorten(one.replaceAll('\n', ' '), MAX_SETTING)).join('\n'), MAX_TEXT)
}
