import { choice, optional, value, values } from './flag.ts'
import { CERTIFICATE_FILE, FINGERPRINT, KEY_FILE, TLS_VERSION } from './network-types.ts'
import { integer, URL_VALUE } from './value-types.ts'

// Rows of URL_SETTINGS.

/** The most consecutive polls that a verdict can wait for. */
const MAX_THRESHOLD = 1_000

/** How the verdict of a URL comes from those of its polls. */
export const VERDICT_SETTINGS = [
  value({
    usage: '--down-after <n>',
    field: 'downAfter',
    group: 'Verdict',
    help: 'mark a URL down after so many consecutive polls that find it so',
    type: integer(1, MAX_THRESHOLD),
    default: '1',
  }),
  value({
    usage: '--up-after <n>',
    field: 'upAfter',
    group: 'Verdict',
    help: 'mark a URL up after so many consecutive polls that find it so',
    type: integer(1, MAX_THRESHOLD),
    default: '1',
  }),
  optional({
    usage: '--parent <url>',
    field: 'parent',
    group: 'Verdict',
    help: 'a URL is unknown while this one, which is on a list too, is down',
    type: URL_VALUE,
  }),
  choice({
    usage: '--want <verdict>',
    field: 'want',
    group: 'Verdict',
    help: 'down: a URL is up as long as it gives no valid answer',
    choices: ['up', 'down'],
    default: 'up',
  }),
] as const

/** The certificate of the client, and what those of servers and the version of TLS must be like. */
export const CERTIFICATE_SETTINGS = [
  {
    ...optional({
      usage: '--cert <file>',
      field: 'cert',
      group: 'TLS',
      help: "client certificate (PEM), for the URL's own host",
      type: CERTIFICATE_FILE,
    }),
    takes: 'path',
  },
  {
    ...optional({
      usage: '--key <file>',
      field: 'key',
      group: 'TLS',
      help: 'key of the client certificate (PEM), without a passphrase',
      type: KEY_FILE,
    }),
    takes: 'path',
  },
  optional({
    usage: '--cert-days <n>',
    field: 'certDays',
    group: 'TLS',
    help: 'a certificate of the chain that expires within so many days is down',
    type: integer(0, 10_000),
  }),
  values({
    usage: '--cert-sha256 <sha256>',
    field: 'certSha256',
    group: 'TLS',
    help: 'a certificate whose fingerprint, in hex or base64, is not among those given is down; repeatable',
    type: FINGERPRINT,
  }),
  values({
    usage: '--spki-sha256 <sha256>',
    field: 'spkiSha256',
    group: 'TLS',
    help: 'a public key whose fingerprint, in hex or base64, is not among those given is down; repeatable',
    type: FINGERPRINT,
  }),
  optional({
    usage: '--min-tls <version>',
    field: 'minTls',
    group: 'TLS',
    help: 'an older version of TLS is down',
    type: TLS_VERSION,
  }),
] as const
