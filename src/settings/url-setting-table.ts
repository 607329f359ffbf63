import packageJson from '#package.json' with { type: 'json' }
import { CONNECTION_SETTINGS } from './connection-settings.ts'
import { optional, toggle, value, values } from './flag.ts'
import type { Flag } from './flag.ts'
import { mergeHeaders, parseHeader } from './headers.ts'
import { HEADER } from './named-setting.ts'
import type { NamedSetting } from './named-setting.ts'
import { CHECK_SETTINGS } from './check-settings.ts'
import { SCHEME_SETTINGS } from './scheme-settings.ts'
import { AUTH, DATA, METHOD } from './request-types.ts'
import { DURATION, HEADER_VALUE, integer, STATUSES, TIME } from './value-types.ts'
import { CERTIFICATE_SETTINGS, VERDICT_SETTINGS } from './verdict-settings.ts'

/** A flag that can also be set for one URL: on its line, in its group or by a label. */
export interface UrlSetting extends Flag {
  /** The label that sets it in a list of Prometheus. */
  readonly label?: string
  /** Another key for it on a line. */
  readonly alias?: string
  /** How a line may have the beginning of the value in the key: for the documentation. */
  readonly withPath?: string
  /** Each value has a name: on a line the key is `header.NAME`. */
  readonly named?: NamedSetting
  /** The field of UrlOptions that a switch sets and its values for on and off, if they are not those of the flag. */
  readonly sets?: { readonly field: string; readonly on: unknown; readonly off: unknown }
}

/**
 * All settings of one URL. To add one, add a row: the options of lines, groups, the configuration and its schema, labels of Prometheus'
 * lists, flags, UrlOptions and the documentation are made from the rows.
 */
export const URL_SETTINGS = [
  {
    ...value({
      usage: '-i, --interval <duration>',
      field: 'intervalMs',
      group: 'Schedule',
      help: 'time between polls of the same URL; more while it does not answer: --max-backoff',
      type: TIME,
      default: '60s',
    }),
    label: '__scrape_interval__',
  },
  value({
    usage: '--error-backoff <duration>',
    field: 'errorBackoffMs',
    group: 'Schedule',
    help: 'add this to the interval for each consecutive error',
    type: DURATION,
    default: '10s',
  }),
  value({
    usage: '--max-backoff <duration>',
    field: 'maxBackoffMs',
    group: 'Schedule',
    help: 'add no more than this',
    type: DURATION,
    default: '10m',
  }),
  {
    ...value({
      usage: '-t, --timeout <duration>',
      field: 'timeoutMs',
      group: 'Request',
      help: 'deadline of an attempt: name lookup, connection, TLS, answer, redirects',
      type: TIME,
      default: '10s',
    }),
    label: '__scrape_timeout__',
  },
  optional({
    usage: '-X, --method <method>',
    field: 'method',
    group: 'Request',
    help: 'method of the request, such as GET or POST (default: HEAD)',
    type: METHOD,
  }),
  optional({
    usage: '-d, --data <text or @file>',
    field: 'data',
    group: 'Request',
    help: 'send this body, with POST unless --method says otherwise',
    type: DATA,
  }),
  optional({
    usage: '--auth <scheme:secret>',
    field: 'auth',
    group: 'Request',
    help: "log in to the URL's own origin: basic:@FILE or digest:@FILE (name:password in it), bearer:@FILE (a token), oauth2:NAME, aws:NAME",
    type: AUTH,
  }),
  value({
    usage: '--max-redirects <n>',
    field: 'maxRedirects',
    group: 'Request',
    help: 'follow so many redirects; 0: judge the redirect itself',
    type: integer(0, 100),
    default: '10',
  }),
  {
    ...values({
      usage: '-H, --header <name: value>',
      field: 'headers',
      group: 'Request',
      help: "send this header to the URL's own origin; repeatable",
      type: { parse: parseHeader, schema: HEADER.schema, text: '`name: value`' },
      combine: mergeHeaders,
    }),
    named: HEADER,
  },
  value({
    usage: '-A, --user-agent <text>',
    field: 'userAgent',
    group: 'Request',
    help: 'value of the User-Agent header',
    type: HEADER_VALUE,
    default: `headcount/${packageJson.version}`,
  }),
  toggle({
    usage: '--keep-alive',
    field: 'keepAlive',
    group: 'Request',
    help: 'keep connections between polls',
  }),
  toggle({ usage: '--http2', field: 'http2', group: 'Request', help: 'offer HTTP/2 by ALPN' }),
  value({
    usage: '--accept <ranges>',
    field: 'accept',
    group: 'Verdict',
    help: 'statuses that count as up, such as 2xx,401 or 200..=204 (200 to 204)',
    type: STATUSES,
    default: '200..=299',
  }),
  toggle({
    usage: '--get-fallback',
    field: 'getFallback',
    group: 'Verdict',
    help: 'send one GET before the status of HEAD marks a URL down',
    offHelp: 'judge by the status of HEAD alone',
  }),
  toggle({
    usage: '--recheck',
    field: 'recheck',
    group: 'Verdict',
    help: 'poll a URL that was up a second time before marking it down',
    offHelp: 'mark a URL down after one failure',
  }),
  ...VERDICT_SETTINGS,
  ...CHECK_SETTINGS,
  toggle({ usage: '--insecure', field: 'insecure', group: 'TLS', help: 'do not check certificates' }),
  ...CERTIFICATE_SETTINGS,
  ...CONNECTION_SETTINGS,
  ...SCHEME_SETTINGS,
] as const satisfies readonly UrlSetting[]
