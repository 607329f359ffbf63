import { optional, toggle, value } from './flag.ts'
import { ADDRESSES, FAMILY, PROXY, SERVER_NAME, SOCKET_PATH, SOURCE } from './network-types.ts'

/** The rows of URL_SETTINGS that say where connections lead and where they come from. */
export const CONNECTION_SETTINGS = [
  {
    ...toggle({
      usage: '-4, --ipv4',
      field: 'ipv4',
      group: 'Network',
      help: 'use IPv4 addresses only',
      conflicts: ['ipv6', 'ipv'],
    }),
    sets: { field: 'family', on: 4, off: 0 },
  },
  {
    ...toggle({
      usage: '-6, --ipv6',
      field: 'ipv6',
      group: 'Network',
      help: 'use IPv6 addresses only',
      conflicts: ['ipv4', 'ipv'],
    }),
    sets: { field: 'family', on: 6, off: 0 },
  },
  {
    ...value({
      usage: '--ipv <family>',
      field: 'family',
      group: 'Network',
      help: 'use this address family; both: up only if the URL answers over each of them',
      type: FAMILY,
      default: 'any',
    }),
    conflicts: ['ipv4', 'ipv6'],
  },
  optional({
    usage: '--server-name <name>',
    field: 'serverName',
    group: 'TLS',
    help: "name for SNI and in the certificate, in place of the URL's host",
    type: SERVER_NAME,
  }),
  optional({
    usage: '--resolve <addresses>',
    field: 'resolve',
    group: 'Network',
    help: "connect to these addresses, in place of those of the URL's host",
    type: ADDRESSES,
  }),
  optional({
    usage: '--source <address>',
    field: 'source',
    group: 'Network',
    help: 'connect from this local address or interface',
    type: SOURCE,
  }),
  optional({
    usage: '--proxy <url>',
    field: 'proxy',
    group: 'Network',
    help: 'connect through this HTTP, HTTPS or SOCKS5 proxy; env: as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say',
    type: PROXY,
  }),
  optional({
    usage: '--unix <path>',
    field: 'unix',
    group: 'Network',
    help: "connect to this Unix socket, in place of the URL's host",
    type: SOCKET_PATH,
  }),
] as const
