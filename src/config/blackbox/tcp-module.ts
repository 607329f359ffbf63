import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { DEFAULT_TLS } from '../../settings/probe-module.ts'
import type { QueryResponse, TcpProbeRules } from '../../settings/probe-module.ts'
import type { FileNotices } from './file-notices.ts'
import { networkKeys, networkRules } from './network-keys.ts'
import { listOf, parsed, readKeys, TEXT } from './read-keys.ts'
import type { ReadValue } from './read-keys.ts'
import { REGEXP, SOURCE_ADDRESS, SWITCH } from './values.ts'

const LABEL_NAME = parsed((text) => {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) || text.startsWith('__'))
    throw new RangeError('not the name of a label such as version')
  return text
})

const LABEL: ReadValue<readonly [name: string, value: string]> = (reader, tree, name) => {
  const map = readKeys(reader, tree, name, { name: LABEL_NAME, value: TEXT })
  if (!map.has('name')) map.report('name', 'a label needs it')
  return [map.values.name ?? '', map.values.value ?? '']
}

const STEP: ReadValue<QueryResponse> = (reader, tree, name) => {
  const map = readKeys(reader, tree, name, {
    expect: REGEXP,
    labels: listOf(LABEL, '[{name: version, value: "${1}"}]'),
    send: TEXT,
    starttls: SWITCH,
  })
  const { expect = null, labels = null, send = '', starttls = false } = map.values
  if (labels !== null && !map.has('expect')) map.report('labels', 'they need expect beside them')
  if (new Set(labels?.map(([label]) => label)).size < (labels?.length ?? 0))
    map.report('labels', 'two of them have the same name')
  return { expect, labels, send, starttls }
}

/** The keys of the prober tcp. */
export function tcpKeys(files: FileNotices) {
  return {
    ...networkKeys(files),
    source_ip_address: SOURCE_ADDRESS,
    query_response: listOf(STEP, "[{expect: '^220', send: QUIT}]"),
    tls: SWITCH,
  }
}

const DEFAULT_TCP: TcpProbeRules = {
  preferred: 6,
  fallback: true,
  tls: DEFAULT_TLS,
  prober: 'tcp',
  source: null,
  useTls: false,
  queryResponse: [],
}

/** Reads the map `tcp`; null: there is none. */
export function readTcp(reader: ValueReader, tree: Tree | null, files: FileNotices): TcpProbeRules {
  if (tree === null) return DEFAULT_TCP
  const map = readKeys(reader, tree, 'tcp', tcpKeys(files))
  const { source_ip_address: source = null, query_response: queryResponse = [], tls = false } = map.values
  if (queryResponse.filter(({ labels }) => labels !== null).length > 1)
    map.report('query_response', 'only one of its steps can have labels')
  return { ...networkRules(map), prober: 'tcp', source, useTls: tls, queryResponse }
}
