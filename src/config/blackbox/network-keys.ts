import { DEFAULT_TLS } from '../../settings/probe-module.ts'
import type { NetworkRules, ProbeTls, TlsVersion } from '../../settings/probe-module.ts'
import type { RequestData } from '../../settings/request-data.ts'
import type { FileNotices } from './file-notices.ts'
import { parsed, readKeys, refused, TEXT } from './read-keys.ts'
import type { ReadMap, ReadValue } from './read-keys.ts'
import { oneOf, SWITCH } from './values.ts'

/** Why a key with the name of a secret is refused. */
export const NO_SECRET_MANAGER = refused('there is no secret manager: give the secret itself or its file')

const VERSIONS: ReadonlyMap<string, TlsVersion> = new Map([
  ['TLS10', 'TLSv1'],
  ['TLS11', 'TLSv1.1'],
  ['TLS12', 'TLSv1.2'],
  ['TLS13', 'TLSv1.3'],
])

const VERSION = parsed((text) => {
  const version = VERSIONS.get(text)
  if (version === undefined) throw new RangeError('must be one of TLS10, TLS11, TLS12, TLS13')
  return version
})

/** The keys of tls_config. */
export function tlsKeys(files: FileNotices) {
  return {
    insecure_skip_verify: SWITCH,
    server_name: TEXT,
    ca: TEXT,
    ca_file: files.open(false),
    ca_ref: NO_SECRET_MANAGER,
    cert: TEXT,
    cert_file: files.open(false),
    cert_ref: NO_SECRET_MANAGER,
    key: TEXT,
    key_file: files.open(true),
    key_ref: NO_SECRET_MANAGER,
    min_version: VERSION,
    max_version: VERSION,
  }
}

/** Reads a tls_config. */
export function tlsConfig(files: FileNotices): ReadValue<ProbeTls> {
  return (reader, tree, name) => {
    const map = readKeys(reader, tree, name, tlsKeys(files))
    const { values } = map
    for (const key of ['ca', 'cert', 'key'] as const) map.atMostOne(key, `${key}_file`)
    const has = (key: 'cert' | 'key') => map.has(key) || map.has(`${key}_file`)
    if (has('cert') && !has('key')) map.report('cert_file', 'it needs key_file beside it')
    if (has('key') && !has('cert')) map.report('key_file', 'it needs cert_file beside it')
    const { min_version: min = null, max_version: max = null } = values
    if (min !== null && max !== null && max < min) map.report('max_version', 'it is older than min_version')
    const text = (key: 'ca' | 'cert' | 'key'): RequestData | null => {
      const inline = values[key] ?? ''
      return inline === '' ? (values[`${key}_file`] ?? null) : { text: inline }
    }
    return {
      insecure: values.insecure_skip_verify ?? false,
      serverName: orNull(values.server_name),
      ca: text('ca'),
      cert: text('cert'),
      key: text('key'),
      minVersion: min,
      maxVersion: max,
    }
  }
}

/** The keys that modules of all probers have. */
export function networkKeys(files: FileNotices) {
  return {
    preferred_ip_protocol: oneOf('ip4', 'ip6', ''),
    ip_protocol_fallback: SWITCH,
    tls_config: tlsConfig(files),
  }
}

/** What these keys ask for. */
export function networkRules({ values }: ReadMap<ReturnType<typeof networkKeys>>): NetworkRules {
  return {
    preferred: values.preferred_ip_protocol === 'ip4' ? 4 : 6,
    fallback: values.ip_protocol_fallback ?? true,
    tls: values.tls_config ?? DEFAULT_TLS,
  }
}

/** An empty text is none. */
export function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}
