import type { Entry, Tree } from '../tree.ts'
import { ValueReader } from '../value-reader.ts'
import { parseYaml } from '../yaml-tree.ts'
import { LineIndex } from '../../settings/line-index.ts'
import type { Oauth2Client } from '../../settings/oauth2-clients.ts'
import type { ProbeModule, ProbeRules } from '../../settings/probe-module.ts'
import { quote, redactName } from '../../settings/quote.ts'
import { readDns } from './dns-module.ts'
import { FileNotices } from './file-notices.ts'
import { readHttp } from './http-module.ts'
import { readKeys } from './read-keys.ts'
import type { ReadValue } from './read-keys.ts'
import { readTcp } from './tcp-module.ts'
import { DURATION, oneOf } from './values.ts'

/** The most problems that are reported; the others are counted. */
const MAX_PROBLEMS = 100

/** The most modules: every poller has all of them. */
const MAX_MODULES = 1_000

/** A prober of blackbox_exporter that headcount does not have. */
export type UnservedProber = 'icmp' | 'grpc'

/** What a blackbox.yml holds. */
export interface Modules {
  readonly served: ReadonlyMap<string, ProbeModule>
  /** Modules of other probers, by their names. */
  readonly unserved: ReadonlyMap<string, UnservedProber>
  /** The tree of each module. */
  readonly trees: ReadonlyMap<string, Tree>
  /** The OAuth2 clients of the modules, by the names that the modules have for them. */
  readonly clients: ReadonlyMap<string, Oauth2Client>
  /** Each `FILE:LINE:COLUMN: why`. With one of them, none of the modules can be used. */
  readonly problems: readonly string[]
  /** What does not keep the modules from being used, each a line. */
  readonly notices: readonly string[]
}

const PROBER = oneOf('http', 'tcp', 'dns', 'icmp', 'grpc')
const TREE: ReadValue<Tree> = (_, tree) => tree

const MODULE_KEYS = {
  prober: PROBER,
  timeout: DURATION,
  http: TREE,
  tcp: TREE,
  dns: TREE,
  icmp: TREE,
  grpc: TREE,
}

/** The keys of probers that headcount does not have. Their values are not looked at. */
const UNSERVED_KEYS = {
  icmp: {
    preferred_ip_protocol: TREE,
    ip_protocol_fallback: TREE,
    source_ip_address: TREE,
    payload_size: TREE,
    dont_fragment: TREE,
    ttl: TREE,
  },
  grpc: {
    service: TREE,
    tls: TREE,
    tls_config: TREE,
    preferred_ip_protocol: TREE,
    ip_protocol_fallback: TREE,
  },
}

/** Reads the text of the blackbox.yml at `path`. */
export function readModules(text: string, path: string): Modules {
  const places = new LineIndex(text)
  const reader = new ValueReader(null)
  const files = new FileNotices()
  const served = new Map<string, ProbeModule>()
  const unserved = new Map<string, UnservedProber>()
  const trees = new Map<string, Tree>()
  const clients = new Map<string, Oauth2Client>()
  const { tree, problems } = parseYaml(text)
  for (const entry of tree === null ? [] : modulesIn(reader, tree)) {
    const { key: name, value, offset } = entry
    if (trees.size === MAX_MODULES) {
      reader.report(offset, `more than ${MAX_MODULES} modules`)
      break
    }
    trees.set(name, value)
    const module = readModule(reader, entry, files, clients)
    if (module === null) continue
    if (typeof module === 'string') unserved.set(name, module)
    else served.set(name, module)
  }
  const at = (offset: number) => `${redactName(path)}:${places.position(offset)}`
  const all = [...problems, ...reader.problems].toSorted((a, b) => a.offset - b.offset)
  // A problem in an anchor is found again at each alias.
  const lines = [...new Set(all.map(({ offset, why }) => `${at(offset)}: ${why}`))]
  const more = lines.length - MAX_PROBLEMS
  return {
    served,
    unserved,
    trees,
    clients,
    problems: more > 0 ? [...lines.slice(0, MAX_PROBLEMS), `${redactName(path)}: and ${more} more`] : lines,
    notices: [
      ...unservedNotice(path, unserved),
      ...files.missing.map(({ offset, why }) => `${at(offset)}: ${why}; probes that need it fail`),
    ],
  }
}

function modulesIn(reader: ValueReader, tree: Tree): readonly Entry[] {
  // As for the exporter: a file that was cut while it was written must not take all modules away.
  if (tree.type === 'nothing') return reader.report(tree.offset, EMPTY) ?? []
  const { values } = readKeys(reader, tree, 'the file', { modules: TREE })
  return values.modules === undefined ? [] : reader.entries(values.modules, 'modules')
}

function readModule(
  reader: ValueReader,
  { key: name, value: tree, offset }: Entry,
  files: FileNotices,
  clients: Map<string, Oauth2Client>,
): ProbeModule | UnservedProber | null {
  if (tree.type === 'nothing') return reader.report(offset, NO_PROBER)
  const map = readKeys(reader, tree, 'a module', MODULE_KEYS)
  const { prober, timeout: timeoutMs = 0 } = map.values
  if (!map.has('prober')) map.report('prober', NO_PROBER)
  if (prober === undefined) return null
  for (const key of ['http', 'tcp', 'dns', 'icmp', 'grpc'] as const)
    if (key !== prober && map.has(key)) map.report(key, `it has no effect in a module of prober ${prober}`)
  if (prober === 'icmp' || prober === 'grpc') {
    const options = map.values[prober]
    if (options !== undefined) readKeys(reader, options, prober, UNSERVED_KEYS[prober])
    return prober
  }
  const rules = readRules(reader, prober, map.values[prober] ?? null, tree.offset, files, { clients, name })
  return { name, prober, timeoutMs, rules }
}

const EMPTY = 'the file is empty; write modules, such as `modules: {http_2xx: {prober: http}}`'

const NO_PROBER = 'a module needs a prober: http, tcp or dns'

function readRules(
  reader: ValueReader,
  prober: ProbeRules['prober'],
  tree: Tree | null,
  offset: number,
  files: FileNotices,
  { clients, name }: { readonly clients: Map<string, Oauth2Client>; readonly name: string },
): ProbeRules {
  switch (prober) {
    case 'http':
      // No client of the configuration has a name with a colon.
      return readHttp(reader, tree, files, clients, `module:${name}`)
    case 'tcp':
      return readTcp(reader, tree, files)
    default:
      return readDns(reader, tree ?? { type: 'map', offset, entries: [] }, files)
  }
}

function unservedNotice(path: string, unserved: ReadonlyMap<string, UnservedProber>): string[] {
  if (unserved.size === 0) return []
  const names = [...unserved].map(([name, prober]) => `${quote(name)} (${prober})`)
  return [
    `${redactName(path)}: headcount has no prober icmp and grpc, so these modules are not served: ${names.join(', ')}`,
  ]
}
