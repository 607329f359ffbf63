import { AlertEngine } from '../../src/alerts/engine/alert-engine.ts'
import type { AlertPoll } from '../../src/alerts/engine/alert-poll.ts'
import type { EngineOptions } from '../../src/alerts/engine/engine-options.ts'
import type { AlertRule } from '../../src/alerts/alert-rule.ts'
import type { Alert, AlertChange, AlertTurn } from '../../src/alerts/alert.ts'
import type { ResourceId } from '../../src/resource/resource.ts'
import { hash } from './alert-samples.ts'

/** What the engine needs, with keys that can be read. */
export const ENGINE_OPTIONS: EngineOptions = {
  hash,
  compile: (pattern: string) => {
    const expression = new RegExp(`^(?:${pattern})$`, 'u')
    return (text: string) => expression.test(text)
  },
  uptimeOf: () => Promise.resolve(null),
}

const SEEN = {
  up: { verdict: 'up', reason: 'ok', status: 200, detail: 'OK', errCount: 0 },
  down: { verdict: 'down', reason: 'status', status: 503, detail: 'Service Unavailable', errCount: 0 },
  unknown: { verdict: 'unknown', reason: 'local', status: 0, detail: 'no route', errCount: 1 },
} as const

/** A poll of a URL, for example one that finds it down. */
export function pollOf(id: number, verdict: keyof typeof SEEN, fields: Partial<AlertPoll> = {}): AlertPoll {
  return {
    id: id as ResourceId,
    generation: 0,
    at: 0,
    durationMs: 20,
    certificateExpiresAt: Number.NaN,
    ...SEEN[verdict],
    ...fields,
  }
}

/** What tests compare of a change: `fired rule/kind subject: summary`. */
export function changeText({ type, alert }: AlertTurn): string {
  return `${type} ${alert.rule}/${alert.kind} ${alert.url}${alert.group}: ${alert.summary}`
}

/** Whether an alert begins or ends. */
export function isTurn(change: AlertChange): change is AlertTurn {
  return ['fired', 'resolved', 'unwatched'].includes(change.type)
}

/** An alert as a store has it that was told these changes. */
export function keptOf(alert: Alert, changes: readonly AlertChange[]): Alert {
  const last = changes.findLast(({ type, alert: { key } }) => type === 'held' && key === alert.key)
  return last === undefined ? alert : { ...alert, ...last.alert }
}

/** An AlertEngine with a clock in seconds. URLs are named `u0`, `u1`, … by their ids. */
export class TestEngine {
  engine: AlertEngine
  now = 0
  /** What the last steps have changed. */
  changes: AlertTurn[] = []
  /** Keys of alerts of an earlier run that the last steps have seen. */
  seen: string[] = []
  /** All changes of the last steps. */
  all: readonly AlertChange[] = []
  readonly #options: EngineOptions

  constructor(rules: readonly AlertRule[], options: Partial<EngineOptions> = {}) {
    this.#options = { ...ENGINE_OPTIONS, ...options }
    this.engine = new AlertEngine(rules, this.#options)
  }

  register(id: number, labels: Readonly<Record<string, string>> = {}, generation = 0): void {
    const text = Object.keys(labels).length === 0 ? '' : JSON.stringify(labels)
    this.engine.register(id as ResourceId, generation, `u${id}`, text, this.now * 1_000)
  }

  forget(id: number): string[] {
    this.engine.forget(id as ResourceId, this.now * 1_000)
    return this.#take()
  }

  poll(id: number, verdict: keyof typeof SEEN, fields: Partial<AlertPoll> = {}): string[] {
    const now = this.now * 1_000
    this.engine.poll(pollOf(id, verdict, { at: now, ...fields }), now)
    return this.#take()
  }

  lose(id: number): string[] {
    this.engine.verdictLost(id as ResourceId, this.now * 1_000, this.now * 1_000)
    return this.#take()
  }

  /** Some seconds pass; a negative number sets the clock back. */
  skip(s: number): string[] {
    this.now += s
    this.engine.tick(this.now * 1_000)
    return this.#take()
  }

  reconfigure(rules: readonly AlertRule[]): string[] {
    this.engine.reconfigure(rules, this.now * 1_000)
    return this.#take()
  }

  endList(): string[] {
    this.engine.endList(this.now * 1_000)
    this.engine.endRestored(this.now * 1_000)
    return this.#take()
  }

  /** headcount starts again with these rules, knowing only the alerts that fire. */
  restart(rules: readonly AlertRule[], alerts: readonly AlertTurn[]): void {
    this.engine = new AlertEngine(rules, this.#options)
    this.engine.restore(alerts.map(({ alert }) => alert))
    this.engine.beginList()
  }

  #take(): string[] {
    const changes = this.engine.takeChanges()
    this.all = changes
    this.changes = changes.filter(isTurn)
    this.seen = changes.filter(({ type }) => type === 'seen').map(({ alert }) => alert.key)
    return this.changes.map(changeText)
  }
}
