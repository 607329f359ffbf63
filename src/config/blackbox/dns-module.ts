import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { QUERY_CLASSES, QUERY_TYPES, RESPONSE_CODES } from '../../settings/dns-names.ts'
import { queryLabels } from '../../settings/query-name.ts'
import type { DnsProbeRules, RecordRules } from '../../settings/probe-module.ts'
import type { FileNotices } from './file-notices.ts'
import { networkKeys, networkRules } from './network-keys.ts'
import { listOf, parsed, readKeys } from './read-keys.ts'
import type { ReadValue } from './read-keys.ts'
import { numberIn, oneOf, REGEXP, SOURCE_ADDRESS, SWITCH } from './values.ts'

const REGEXPS = listOf(REGEXP, "['regular expression']")

const NO_RULES: RecordRules = { matches: [], allMatch: [], notMatches: [], noneMatches: [] }

const RECORD_RULES: ReadValue<RecordRules> = (reader, tree, name) => {
  const { values } = readKeys(reader, tree, name, {
    fail_if_matches_regexp: REGEXPS,
    fail_if_all_match_regexp: REGEXPS,
    fail_if_not_matches_regexp: REGEXPS,
    fail_if_none_matches_regexp: REGEXPS,
  })
  return {
    matches: values.fail_if_matches_regexp ?? [],
    allMatch: values.fail_if_all_match_regexp ?? [],
    notMatches: values.fail_if_not_matches_regexp ?? [],
    noneMatches: values.fail_if_none_matches_regexp ?? [],
  }
}

const NAME = parsed((text) => {
  if (queryLabels(text) === null) throw new RangeError('not a name such as www.example.org')
  return text
})

/** The keys of the prober dns. */
export function dnsKeys(files: FileNotices) {
  return {
    ...networkKeys(files),
    source_ip_address: SOURCE_ADDRESS,
    transport_protocol: oneOf('udp', 'tcp', ''),
    dns_over_tls: SWITCH,
    query_name: NAME,
    query_type: numberIn(QUERY_TYPES, 'A, AAAA, MX or SOA', true),
    query_class: numberIn(QUERY_CLASSES, 'IN or CH', true),
    recursion_desired: SWITCH,
    valid_rcodes: listOf(numberIn(RESPONSE_CODES, 'NOERROR or NXDOMAIN'), '[NOERROR, NXDOMAIN]'),
    validate_answer_rrs: RECORD_RULES,
    validate_authority_rrs: RECORD_RULES,
    validate_additional_rrs: RECORD_RULES,
  }
}

/** Reads the map `dns`. */
export function readDns(reader: ValueReader, tree: Tree, files: FileNotices): DnsProbeRules {
  const map = readKeys(reader, tree, 'dns', dnsKeys(files))
  const { values } = map
  if (!map.has('query_name')) map.report('query_name', 'a module of prober dns needs it: the name to ask for')
  const transport = values.transport_protocol === 'tcp' ? 'tcp' : 'udp'
  const overTls = values.dns_over_tls ?? false
  if (overTls && transport === 'udp') map.report('dns_over_tls', 'it needs transport_protocol: tcp beside it')
  return {
    ...networkRules(map),
    prober: 'dns',
    source: values.source_ip_address ?? null,
    transport,
    overTls,
    queryName: values.query_name ?? '.',
    queryType: values.query_type ?? 255,
    queryClass: values.query_class ?? 1,
    recursion: values.recursion_desired ?? true,
    validRcodes: values.valid_rcodes ?? [0],
    answer: values.validate_answer_rrs ?? NO_RULES,
    authority: values.validate_authority_rrs ?? NO_RULES,
    additional: values.validate_additional_rrs ?? NO_RULES,
  }
}
