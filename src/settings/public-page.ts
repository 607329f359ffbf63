/** How much an announcement matters, the least first. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const

export type Severity = (typeof SEVERITIES)[number]

/** A text above the services of a page. */
export interface Announcement {
  /** Any text, with line breaks. */
  readonly text: string
  readonly severity: Severity
  /** When it is shown, in ms since the epoch; null: from the first moment on. */
  readonly from: number | null
  /** When it is shown no more; null: it stays. */
  readonly to: number | null
}

/** What has a colour of its own on a page. */
export const COLOUR_NAMES = ['accent', 'up', 'degraded', 'down'] as const

export type ColourName = (typeof COLOUR_NAMES)[number]

/** A colour, `#rrggbb`, on a light and on a dark page. */
export interface Colour {
  readonly light: string
  readonly dark: string
}

/** An image, checked. */
export interface Logo {
  readonly path: string
  /** Its media type. */
  readonly type: string
  /** The end of its name, without a dot. */
  readonly extension: string
  readonly bytes: Uint8Array
}

/** What a page may be called: a segment of a path. */
export const PAGE_NAME = /^[a-z0-9][\w.-]{0,59}$/i

/** A public status page, as the configuration has it. */
export interface PublicPage {
  /** A segment of its path. */
  readonly name: string
  readonly title: string
  /** Labels that a URL must have, at least one. */
  readonly match: readonly (readonly [name: string, value: string])[]
  /** The label by which URLs are grouped; null: they are not. */
  readonly group: string | null
  /** The label that has the title of a URL. */
  readonly titleLabel: string
  /** Titles of URLs without that label, by URL. */
  readonly titles: ReadonlyMap<string, string>
  /** Whether a URL without a title is shown as it is. */
  readonly showUrls: boolean
  readonly logo: Logo | null
  readonly colours: Readonly<Partial<Record<ColourName, Colour>>>
  readonly announcements: readonly Announcement[]
  /** Days of history that are shown. */
  readonly days: number
  /** Whether the users of `--web-config` do not apply to it. */
  readonly withoutLogin: boolean
}
