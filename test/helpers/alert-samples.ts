import { createHash } from 'node:crypto'
import type { AlertRule, RuleConditions } from '../../src/alerts/alert-rule.ts'
import type { Alert, SeenState } from '../../src/alerts/alert.ts'
import type { PlannerOptions } from '../../src/alerts/plan/planner-options.ts'
import type { SavedPlan } from '../../src/alerts/plan/planner-state.ts'

export const START = Date.UTC(2026, 0, 5)

export const EMPTY_PLAN: SavedPlan = { alerts: [], groups: [], silences: [], marks: null }

const NO_CONDITIONS: RuleConditions = {
  down: null,
  up: { polls: 1 },
  unknownMs: null,
  slow: null,
  certificateMs: null,
  uptime: null,
  changed: false,
  flapping: null,
  group: null,
}

/** A rule with some conditions, for all URLs and with the defaults of the configuration unless `fields` say otherwise. */
export function ruleOf(
  name: string,
  conditions: Partial<RuleConditions>,
  fields: Partial<AlertRule> = {},
): AlertRule {
  return {
    name,
    match: [],
    to: ['ops'],
    severity: 'critical',
    conditions: { ...NO_CONDITIONS, ...conditions },
    groupBy: [],
    groupWaitMs: 10_000,
    repeatMs: null,
    escalations: [],
    continues: false,
    inhibitedBy: [],
    ...fields,
  }
}

/** The rule of which `alertOf` makes alerts: down for 3 polls. */
export const webRule = (fields: Partial<AlertRule> = {}): AlertRule =>
  ruleOf('web', { down: { polls: 3 } }, fields)

/** A poll that got 503, the third in a row. */
export function seenDown(at: number, fields: Partial<SeenState> = {}): SeenState {
  return {
    at,
    verdict: 'down',
    reason: 'status',
    status: 503,
    detail: '503 Service Unavailable',
    durationMs: 12,
    errCount: 3,
    certificateExpiresAt: Number.NaN,
    ...fields,
  }
}

/** An alert of rule `web` for `https://NAME.example/`. */
export function alertOf(name: string, fields: Partial<Alert> = {}): Alert {
  const rule = fields.rule ?? 'web'
  const kind = fields.kind ?? 'down'
  return {
    key: `${rule}/${kind}/${name}`,
    rule,
    kind,
    severity: 'critical',
    url: `https://${name}.example/`,
    group: '',
    labels: {},
    since: START,
    resolvedAt: null,
    summary: 'down for 3 polls: 503 Service Unavailable',
    state: seenDown(START),
    ...fields,
  }
}

/** The hash of keys and ids. */
export const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

/** One rule, `web`; nothing is muted. */
export function plannerOptions(fields: Partial<PlannerOptions> = {}): PlannerOptions {
  return {
    rules: [webRule()],
    maintenance: { covers: () => false, nextChange: () => Infinity },
    compileMatch:
      (match) =>
      ({ labels }) =>
        match.every(
          ({ label, isPositive, values }) => (values?.includes(labels[label] ?? '') ?? false) === isPositive,
        ),
    hash,
    instance: 'test',
    current: (alert) => alert,
    linkTo: () => '',
    ...fields,
  }
}
