import { makeExpression } from '../../settings/pattern.ts'
import type { RecordRules } from '../../settings/probe-module.ts'
import type { DnsRecord } from './dns-records.ts'
import type { ProbeLog } from './probe-log.ts'

/** Decides whether the records of a section are what a module asks for. */
export type JudgeRecords = (records: readonly DnsRecord[], log: ProbeLog) => boolean

/**
 * Prepares rules, which mean what they mean to the exporter, `fail_if_all_match_regexp` too: it fails unless all records match. Throws a
 * RangeError for an expression that was not checked before.
 */
export function compileRecords({ matches, allMatch, notMatches, noneMatches }: RecordRules): JudgeRecords {
  const compile = (regexps: readonly string[]) =>
    regexps.map((regexp) => ({ regexp, test: makeExpression(regexp).test }))
  const [unwanted, all, wanted, any] = [matches, allMatch, notMatches, noneMatches].map(compile) as [
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
  ]
  return (records, log) => {
    const needed = wanted.length > 0 ? 'fail_if_not_matches_regexp' : 'fail_if_none_matches_regexp'
    if (records.length === 0 && wanted.length + any.length > 0) {
      log('error', `${needed} specified but no RRs returned`)
      return false
    }
    for (const { line } of records) {
      log('info', 'Validating RR', { rr: line })
      const found = unwanted.find(({ test }) => test(line))
      if (found !== undefined)
        log('error', 'At least one RR matched regexp', { regexp: found.regexp, rr: line })
      if (found !== undefined) return false
      const missing = wanted.find(({ test }) => !test(line))
      if (missing !== undefined)
        log('error', 'At least one RR did not match regexp', { regexp: missing.regexp, rr: line })
      if (missing !== undefined) return false
    }
    if (!all.every(({ test }) => records.every(({ line }) => test(line)))) {
      log('error', 'Not all RRs matched regexp')
      return false
    }
    if (any.length > 0 && !any.some(({ test }) => records.some(({ line }) => test(line)))) {
      log('error', 'None of the RRs did matched any regexp')
      return false
    }
    return true
  }
}
