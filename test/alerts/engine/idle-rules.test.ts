import test from 'ava'
import { idleRules } from '../../../src/alerts/engine/idle-rules.ts'
import { readAlerts } from '../../../src/config/alerts/read-alerts.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { wholeExpression } from '../../../src/settings/pattern.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

/** The rules that are idle for these labels, each with the reason. */
function idle(rules: string, labelSets: readonly Readonly<Record<string, string>>[]): [string, string][] {
  const text = `receivers: { ops: { webhook: "https://a.example/" } }\nalerts:\n${rules}`
  const { config, problems } = readConfig(text, '/c.yml', [], {}, readAlerts)
  if (problems[0] !== undefined) throw new Error(problems[0].why)
  return idleRules(config.alerts?.rules ?? [], labelSets, wholeExpression).map(({ rule, reason }) => [
    rule.name,
    reason,
  ])
}

test('a rule that no URL matches is idle', (t) => {
  const rules = `
  - { name: web, to: ops, down: true, match: { team: web } }
  - { name: shop, to: ops, down: true, match: { team: "~sh.*" } }
  - { name: all, to: ops, down: true }
`
  t.deepEqual(idle(rules, [{ team: 'web' }, {}]), [['shop', 'unmatched']])
  t.deepEqual(idle(rules, [{ team: 'shop' }]), [
    ['web', 'unmatched'],
    ['all', 'taken'],
  ])
  t.deepEqual(idle(rules, []), [])
})

test('a rule all of whose URLs are taken for all of its conditions is idle', (t) => {
  const rules = (more: string) => `
  - { name: first, to: ops, down: true, ${more} }
  - { name: second, to: ops, down: true, match: { team: web } }
  - { name: third, to: ops, down: true, certificate: 14d }
`
  t.deepEqual(idle(rules('match: {}'), [{ team: 'web' }]), [['second', 'taken']])
  t.deepEqual(idle(rules('continue: yes'), [{ team: 'web' }]), [])
})

test('a rule for groups by a label that its URLs do not have is idle', (t) => {
  const rule = (more: string) => `  - { name: g, to: ops, group: { by: service, down: 2 }${more} }`
  t.deepEqual(idle(rule(''), [{ team: 'web' }]), [['g', 'ungrouped']])
  t.deepEqual(idle(rule(', down: true'), [{ team: 'web' }]), [])
  t.deepEqual(idle(rule(''), [{ team: 'web' }, { service: 'a' }]), [])
})

test('a rule without a condition, of which a mistake is reported, is not idle', (t) => {
  t.deepEqual(idleRules([ruleOf('broken', {})], [{ team: 'web' }], wholeExpression), [])
})
