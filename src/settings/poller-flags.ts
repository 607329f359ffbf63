import { toggle, value, values } from './flag.ts'
import type { ValuesOf } from './flag.ts'
import { RESOLVER } from './network-types.ts'
import { integer, URL_VALUE } from './value-types.ts'

/** Flags of pollers that are the same for all URLs: a row here is a field of PollOptions. */
export const POLLER_FLAGS = [
  values({
    usage: '--canary <url>',
    field: 'canaries',
    group: 'Verdict',
    help: 'poll this URL to see whether this machine is online before marking others down; repeatable',
    type: URL_VALUE,
    initialText: 'what answered last',
  }),
  values({
    usage: '--resolver <ip[:port]>',
    field: 'resolvers',
    group: 'Network',
    help: 'use this DNS server; repeatable, tried in order',
    type: RESOLVER,
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
    type: integer(1, 65_536),
    default: '16',
  }),
] as const

/** The values of these flags. */
export type PollerFlags = ValuesOf<typeof POLLER_FLAGS>
