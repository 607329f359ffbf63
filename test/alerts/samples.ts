import { createHash } from 'node:crypto'
import type { Alert } from '../../src/alerts/alert.ts'
import type { AlertRule } from '../../src/alerts/alert-rule.ts'
import type { PlannerOptions } from '../../src/alerts/plan/notification-planner.ts'
import type { SavedPlan } from '../../src/alerts/plan/planner-state.ts'

export const START = Date.UTC(2026, 0, 5)

export const EMPTY_PLAN: SavedPlan = { alerts: [], groups: [], silences: [], marks: null }

const CONDITIONS: AlertRule['conditions'] = {
  down: { polls: 3 },
  up: { polls: 1 },
  unknownMs: null,
  slow: null,
  certificateMs: null,
  uptime: null,
  changed: false,
  flapping: null,
  group: null,
}

export function ruleOf(given: Partial<AlertRule> = {}): AlertRule {
  return {
    name: 'web',
    match: [],
    to: ['ops'],
    severity: 'critical',
    conditions: CONDITIONS,
    groupBy: [],
    groupWaitMs: 10_000,
    repeatMs: null,
    escalations: [],
    continues: false,
    inhibitedBy: [],
    ...given,
  }
}

/** An alert of rule `web` for `https://NAME.example/`. */
export function alertOf(name: string, given: Partial<Alert> = {}): Alert {
  const rule = given.rule ?? 'web'
  const kind = given.kind ?? 'down'
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
    state: {
      at: START,
      verdict: 'down',
      reason: 'status',
      status: 503,
      detail: '503 Service Unavailable',
      durationMs: 12,
      errCount: 3,
      certificateExpiresAt: Number.NaN,
    },
    ...given,
  }
}

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

export function plannerOptions(given: Partial<PlannerOptions> = {}): PlannerOptions {
  return {
    rules: [ruleOf()],
    maintenance: { covers: () => false, nextChange: () => Infinity },
    compileMatch:
      (match) =>
      ({ labels }) =>
        match.every(
          ({ label, isPositive, values }) => (values?.includes(labels[label] ?? '') ?? false) === isPositive,
        ),
    hash,
    instance: 'test',
    linkTo: () => '',
    ...given,
  }
}
