import type { Alert } from '../../../src/alerts/alert.ts'
import type { AlertRule, Silence } from '../../../src/alerts/alert-rule.ts'
import { alertOf, ruleOf, webRule } from '../../helpers/alert-samples.ts'

const S = 1_000

/** Alerts of `net` mute those of `web` in the same `dc`. */
export const RULES: readonly AlertRule[] = [
  webRule({
    to: ['ops', 'chat'],
    groupBy: ['team'],
    groupWaitMs: 10 * S,
    repeatMs: 300 * S,
    escalations: [
      { afterMs: 180 * S, to: ['boss', 'ops'] },
      { afterMs: 60 * S, to: ['phone'] },
    ],
    inhibitedBy: [{ rule: 'net', equal: ['dc'] }],
  }),
  ruleOf('net', {}, { groupWaitMs: 5 * S }),
]

/** `backup` gets what `chat` has not taken for a minute; no rule names it. */
export const RECEIVERS = ['ops', 'chat', 'phone', 'boss', 'backup']

export const ALERTS: readonly Alert[] = [
  ...['a1', 'a2', 'b1', 'b2'].map((name) =>
    alertOf(name, { rule: 'web', labels: { team: name.slice(0, 1), dc: name.slice(1) } }),
  ),
  ...['1', '2'].map((dc) => alertOf(`n${dc}`, { rule: 'net', labels: { dc } })),
  alertOf('c1', { rule: 'web', kind: 'changed', labels: { team: 'a', dc: '1' } }),
]

/** One thing that happens. Times are in seconds. */
export type Step =
  | { readonly type: 'fire'; readonly alert: number }
  | { readonly type: 'end'; readonly alert: number; readonly how: 'resolved' | 'unwatched' }
  | { readonly type: 'wait'; readonly seconds: number }
  | {
      readonly type: 'silence'
      readonly label: 'team' | 'dc'
      readonly value: string
      readonly seconds: number
    }
  | { readonly type: 'end silence' }
  | { readonly type: 'acknowledge'; readonly alert: number }
  /** `clock`: how far it is set while headcount does not run. `unseen`: when the next run has polled what it knows. */
  | { readonly type: 'kill'; readonly when: Kill; readonly clock: number; readonly unseen: number }

/**
 * When the process dies: at once; before the next turn is written; after that, before anything is sent; after the next notification has come, before
 * its answer.
 */
export type Kill = 'now' | 'unwritten' | 'written' | 'sending'

export interface Script {
  readonly steps: readonly Step[]
  /** Maintenance of those with label `dc`, from and for so many seconds since the start. */
  readonly windows: readonly { readonly dc: string; readonly from: number; readonly seconds: number }[]
  /** What receivers answer to each attempt, again and again from the start: whether they take it. */
  readonly answers: readonly boolean[]
}

/** Times are in ms since the epoch. */
export interface Muting {
  readonly windows: readonly { readonly dc: string; readonly from: number; readonly to: number }[]
  readonly silences: ReadonlyMap<string, Silence>
}

/** Whether maintenance or a silence mutes an alert. */
export function isQuiet(alert: Alert, { windows, silences }: Muting, now: number): boolean {
  const isIn = ({ from, to }: { readonly from: number; readonly to: number }) => from <= now && now < to
  return (
    windows.some((window) => isIn(window) && window.dc === alert.labels['dc']) ||
    [...silences.values()].some(
      // It has begun when it was made, and goes on when the clock is set back.
      (silence) =>
        now < silence.to &&
        silence.match.every(({ label, values }) => values?.includes(alert.labels[label] ?? '') ?? false),
    )
  )
}
