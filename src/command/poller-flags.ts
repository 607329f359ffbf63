import packageJson from '#package.json' with { type: 'json' }
import { parseHeader, parseHeaderValue } from '../settings/headers.ts'
import { mergeHeaders } from '../settings/url-settings.ts'
import { parseAccept, parsePositiveDuration, parseResolver } from '../settings/values.ts'
import { parseCanary } from '../targets/canary.ts'
import { choice, integer, toggle, value, values } from './flag.ts'

/** Flags whose values every poller gets as they are: a row here is a field of PollOptions. */
export const POLLER_FLAGS = [
  value({
    usage: '-t, --timeout <duration>',
    field: 'timeoutMs',
    group: 'Request',
    help: 'deadline of a whole poll: name lookup, connection, TLS, answer, redirects',
    parse: parsePositiveDuration,
    initial: 10_000,
    initialText: '10s',
  }),
  choice({
    usage: '-X, --method <method>',
    field: 'method',
    group: 'Request',
    help: 'method of the request',
    choices: ['HEAD', 'GET'],
    initial: 'HEAD',
  }),
  value({
    usage: '--max-redirects <n>',
    field: 'maxRedirects',
    group: 'Request',
    help: 'follow so many redirects; 0: judge the redirect itself',
    parse: integer(0, 100),
    initial: 10,
    initialText: '10',
  }),
  values({
    usage: '-H, --header <name: value>',
    field: 'headers',
    group: 'Request',
    help: "send this header to the URL's own origin; repeatable",
    parse: parseHeader,
    combine: mergeHeaders,
  }),
  value({
    usage: '-A, --user-agent <text>',
    field: 'userAgent',
    group: 'Request',
    help: 'value of the User-Agent header',
    parse: parseHeaderValue,
    initial: `headcount/${packageJson.version}`,
    initialText: `headcount/${packageJson.version}`,
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
    help: 'statuses that count as up, such as 200..=299,401',
    parse: parseAccept,
    initial: [[200, 299]],
    initialText: '200..=299',
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
  values({
    usage: '--canary <url>',
    field: 'canaries',
    group: 'Verdict',
    help: 'poll this URL to see whether this machine is online before marking others down; repeatable',
    parse: parseCanary,
    initialText: 'what answered last',
  }),
  toggle({ usage: '--insecure', field: 'insecure', group: 'TLS', help: 'do not check certificates' }),
  values({
    usage: '--resolver <ip[:port]>',
    field: 'resolvers',
    group: 'Network',
    help: 'use this DNS server; repeatable, tried in order',
    parse: parseResolver,
    initialText: "the system's",
  }),
  toggle({
    usage: '--deny-private',
    field: 'denyPrivate',
    group: 'Network',
    help: 'refuse addresses that are not public, on redirects too',
  }),
  value({
    usage: '--host-concurrency <n>',
    field: 'hostConcurrency',
    group: 'Capacity',
    help: 'polls in flight per origin',
    parse: integer(1, 65_536),
    initial: 16,
    initialText: '16',
  }),
] as const
