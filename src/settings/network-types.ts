import { basename } from 'node:path'
import { parseAddresses, parseFamily, parseServerName, parseSocketPath, parseSource } from './addresses.ts'
import { parseClusterName, parseEngineUrl } from './cluster-options.ts'
import type { EngineAddress } from './cluster-options.ts'
import { parseExternalUrl } from './external-url.ts'
import { parseFingerprint } from './fingerprint.ts'
import { parseListenAddress } from './listen-address.ts'
import type { ListenAddress } from './listen-address.ts'
import { parseOtlpTarget } from './otlp.ts'
import type { OtlpTarget } from './otlp.ts'
import { parseProxySetting, showProxy } from './proxy.ts'
import type { ProxySetting } from './proxy.ts'
import { checkCertificate, checkKey, openPem } from './pem.ts'
import { choiceOf, FILE_NAME, SUBSTITUTED } from './value-types.ts'
import type { ValueType } from './value-types.ts'
import { parseFileName, parseResolver } from './values.ts'
import { parseWebPrefix } from './web-prefix.ts'

// The kinds of values that say where connections lead and what their ends must be.

/** Where to accept connections. */
export const LISTEN_ADDRESS: ValueType<ListenAddress> = {
  parse: parseListenAddress,
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 65_535 },
      { type: 'string', pattern: '^((localhost|[0-9.]+|\\[[0-9a-fA-F:.]+\\]):)?[0-9]{1,5}$' },
      SUBSTITUTED,
    ],
  },
  text: '`port` or `ip:port`',
}

/** The path under which the server answers. */
export const WEB_PREFIX: ValueType<string> = {
  parse: parseWebPrefix,
  schema: { type: 'string', pattern: '^/[A-Za-z0-9._~/-]*$|\\$\\{' },
  text: 'a path such as `/headcount`',
}

/** The address under which others reach the server. */
export const EXTERNAL_URL: ValueType<string> = {
  parse: parseExternalUrl,
  schema: { type: 'string', pattern: '^[hH][tT][tT][pP][sS]?://[^?#]+$|\\$\\{' },
  text: 'a URL such as `https://status.example/headcount`',
}

/** The Valkey or Redis that machines share. */
export const ENGINE_URL: ValueType<EngineAddress> = {
  parse: parseEngineUrl,
  schema: {
    anyOf: [{ type: 'string', pattern: '^(redis|valkey)s?(-sentinel|-cluster)?://[^/]+' }, SUBSTITUTED],
  },
  text: 'a URL such as `redis://192.0.2.1:6379`',
}

/** The name of a cluster, or of a machine or a zone in it. */
export const CLUSTER_NAME: ValueType<string> = {
  parse: parseClusterName,
  schema: { anyOf: [{ type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' }, SUBSTITUTED] },
  text: 'letters, digits, dots, hyphens and underscores',
}

/** The address of a DNS server. */
export const RESOLVER: ValueType<string> = {
  parse: parseResolver,
  schema: { $ref: '#/definitions/resolver' },
  text: '`ip` or `ip:port`',
}

/** The SHA-256 of a certificate or of a public key, as 64 hex digits. */
export const FINGERPRINT: ValueType<string> = {
  parse: parseFingerprint,
  schema: {
    anyOf: [
      {
        type: 'string',
        pattern: '^([sS][hH][aA]256(//|:))?([0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}|[A-Za-z0-9+/]{43}=?)$',
      },
      SUBSTITUTED,
    ],
  },
  text: 'a SHA-256 fingerprint, in hex or base64',
}

/** A file with a client certificate, as its absolute path. A flag is not opened, since it may be a pipe. */
export const CERTIFICATE_FILE: ValueType<string> = {
  ...FILE_NAME,
  parse: (text, directory) => openPem(parseFileName(text), directory, checkCertificate, false),
  show: (file) => basename(file),
}

/** A file with the key of a client certificate, as its absolute path. */
export const KEY_FILE: ValueType<string> = {
  ...FILE_NAME,
  parse: (text, directory) => openPem(parseFileName(text), directory, checkKey, true),
  show: (file) => basename(file),
}

/** A version of TLS. */
export const TLS_VERSION: ValueType<'1.2' | '1.3'> = {
  ...choiceOf(['1.2', '1.3']),
  // In YAML, 1.2 is a number.
  schema: { anyOf: [{ enum: [1.2, 1.3, '1.2', '1.3'] }, SUBSTITUTED] },
}

/** IP addresses. */
export const ADDRESSES: ValueType<readonly string[]> = {
  parse: parseAddresses,
  schema: {
    anyOf: [
      { $ref: '#/definitions/addresses' },
      { type: 'array', items: { $ref: '#/definitions/addresses' }, minItems: 1 },
    ],
  },
  text: 'IP addresses such as `192.0.2.1,2001:db8::1`',
  isList: true,
}

/** An address family: 0 for whichever answers, `both` for each of the two. */
export const FAMILY: ValueType<0 | 4 | 6 | 'both'> = {
  parse: parseFamily,
  schema: { anyOf: [{ enum: [4, 6, '4', '6', 'both', 'any'] }, SUBSTITUTED] },
  text: '`4`, `6`, `both` or `any`',
  show: (family) => (family === 0 ? 'any' : String(family)),
}

/** The name in a certificate. */
export const SERVER_NAME: ValueType<string> = {
  parse: parseServerName,
  schema: { type: 'string', pattern: '^[^\\s/?#@]+$|\\$\\{' },
  text: 'a host name',
}

/** A local address, or the name of a network interface. */
export const SOURCE: ValueType<string> = {
  parse: parseSource,
  schema: { type: 'string', pattern: '^[^\\s/]+$|\\$\\{' },
  text: 'a local IP address, or an interface such as `eth0`',
}

/** Where metrics are pushed to. */
export const OTLP_TARGET: ValueType<OtlpTarget> = {
  parse: parseOtlpTarget,
  schema: { type: 'string', pattern: '^(env|[hH][tT][tT][pP][sS]?://.+)$|\\$\\{' },
  text: 'the URL of a collector, or `env`',
}

/** A proxy; null: none. */
export const PROXY: ValueType<ProxySetting | null> = {
  parse: (text) => parseProxySetting(text),
  schema: {
    type: 'string',
    pattern: '^(none|env|([hH][tT][tT][pP][sS]?|[sS][oO][cC][kK][sS]5[hH]?)://.+|[^/\\s]+:[0-9]+)$|\\$\\{',
  },
  text: 'the URL of a proxy, `env` or `none`',
  show: showProxy,
}

/** The path of a Unix socket. */
export const SOCKET_PATH: ValueType<string> = {
  parse: parseSocketPath,
  schema: { type: 'string', pattern: '^/|\\$\\{' },
  text: 'an absolute path',
}
