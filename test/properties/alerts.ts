import * as fc from 'fast-check'
import type { AlertRule, LabelMatcher, Lasting } from '../../src/alerts/alert-rule.ts'
import type { Alert, AlertTurn } from '../../src/alerts/alert.ts'
import { isTurn, keptOf, TestEngine } from '../helpers/alert-engine.ts'
import { ruleOf } from '../helpers/alert-samples.ts'
import { AlertModel } from '../helpers/alert-model.ts'
import type { Labels, ModelPoll } from '../helpers/alert-model.ts'
import { property } from '../helpers/property.ts'

const NEVER = Number.NaN
const STATUS = { up: [200, 204], down: [500, 503], unknown: [0, 0] } as const

const lasting: fc.Arbitrary<Lasting> = fc.oneof(
  fc.record({ polls: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ ms: fc.constantFrom(0, 10_000, 60_000) }),
)
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 2 })
const conditions = fc.record({
  down: orNull(lasting),
  up: lasting,
  unknownMs: orNull(fc.constantFrom(0, 20_000, 100_000)),
  slow: orNull(fc.record({ overMs: fc.constantFrom(100, 1_000), forMs: fc.constantFrom(0, 30_000) })),
  certificateMs: orNull(fc.constantFrom(10_000, 500_000)),
  changed: fc.boolean(),
  flapping: orNull(
    fc.record({ changes: fc.integer({ min: 1, max: 3 }), withinMs: fc.constantFrom(20_000, 200_000) }),
  ),
  group: orNull(
    fc.record({
      by: fc.constantFrom('a', 'b'),
      down: fc.oneof(
        fc.record({ count: fc.integer({ min: 1, max: 3 }) }),
        fc.record({ share: fc.constantFrom(0.25, 0.5, 1) }),
      ),
    }),
  ),
})
const VALUES = ['x', 'y', 'xy']
const matcher: fc.Arbitrary<LabelMatcher> = fc
  .tuple(
    fc.constantFrom('a', 'b'),
    fc.boolean(),
    fc.oneof(
      fc.uniqueArray(fc.constantFrom(...VALUES, ''), { minLength: 1, maxLength: 2 }),
      fc.constantFrom('x.*', '.*y', '(?:x|y)?', '.'),
    ),
  )
  .map(([label, isPositive, wanted]) =>
    typeof wanted === 'string'
      ? { label, isPositive, values: null, pattern: wanted }
      : { label, isPositive, values: wanted, pattern: null },
  )
const rules: fc.Arbitrary<readonly AlertRule[]> = fc
  .uniqueArray(fc.constantFrom('p', 'q', 'r', 's'), { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .tuple(
            conditions,
            fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(matcher, { maxLength: 2 })),
            fc.boolean(),
          )
          .map(([some, match, continues]) => ruleOf(name, some, { match, continues })),
      ),
    ),
  )
const labels: fc.Arbitrary<Labels> = fc
  .record({ a: orNull(fc.constantFrom(...VALUES)), b: orNull(fc.constantFrom(...VALUES)) })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Labels)
/** Few URLs, so that each is polled often. */
const id = fc.constantFrom(0, 0, 0, 1, 1, 2)
const list = fc.uniqueArray(fc.tuple(id, labels), { selector: ([one]) => one, maxLength: 3 })

const step = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({
      type: fc.constant('poll' as const),
      id,
      verdict: fc.constantFrom('up', 'down', 'down', 'up', 'up', 'down', 'unknown'),
      status: fc.nat({ max: 1 }),
      durationMs: fc.constantFrom(50, 50, 500, 5_000),
      leftMs: fc.constantFrom(NEVER, NEVER, 5_000, 300_000, 1_000_000),
      isLate: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant('skip' as const),
      s: fc.constantFrom(0, 1, 5, 10, 20, 60, 200, -30),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('register' as const), id, labels }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), id }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lose' as const), id }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reload' as const), rules }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('limits' as const),
      overMs: fc.constantFrom(100, 1_000),
      certificateMs: fc.constantFrom(10_000, 500_000),
      changes: fc.integer({ min: 1, max: 3 }),
      withinMs: fc.constantFrom(20_000, 200_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('list' as const), list }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const), rules: orNull(rules), list }) },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** The same rule with other limits. */
function limited(rule: AlertRule, limits: Step & { type: 'limits' }): AlertRule {
  const { slow, certificateMs, flapping } = rule.conditions
  const { changes, withinMs } = limits
  const changed = {
    slow: slow === null ? null : { ...slow, overMs: limits.overMs },
    certificateMs: certificateMs === null ? null : limits.certificateMs,
    flapping: flapping === null ? null : { changes, withinMs },
  }
  return { ...rule, conditions: { ...rule.conditions, ...changed } }
}

/** What the model says of a change. */
function textOf({
  type,
  alert: { rule, kind, url, group, labels: of, since, resolvedAt, state },
}: AlertTurn): string {
  return `${type} ${rule}/${kind} ${url}${group} ${JSON.stringify(of)} ${since} ${resolvedAt} ${state?.verdict} ${state?.status}`
}

/** What the model says when an alert of an earlier run is seen. */
function seenText(alert?: Alert): string {
  return `seen ${alert?.rule}/${alert?.kind} ${alert?.url}${alert?.group}`
}

/** The engine and the model, which do the same. */
class Pair {
  readonly #engine: TestEngine
  readonly #model: AlertModel
  #rules: readonly AlertRule[]
  /** What fires, as a store knows it. */
  readonly #firing = new Map<string, AlertTurn>()
  readonly #generations: number[] = [0, 0, 0]

  constructor(first: readonly AlertRule[]) {
    this.#engine = new TestEngine(first)
    this.#model = new AlertModel(first)
    this.#rules = first
    for (const [one, of] of [{ a: 'x' }, { a: 'x', b: 'y' }, {}].entries()) this.#register(one, of)
  }

  do(one: Step): void {
    switch (one.type) {
      case 'poll':
        this.#poll(one)
        break
      case 'skip':
        this.#engine.skip(one.s)
        this.#model.tick(this.#engine.now * 1_000)
        break
      case 'register':
        this.#register(one.id, one.labels)
        break
      case 'forget':
        this.#engine.forget(one.id)
        this.#model.forget(one.id)
        break
      case 'lose':
        this.#engine.lose(one.id)
        this.#model.lose(one.id)
        break
      case 'reload':
        this.#reload(one.rules)
        break
      case 'limits':
        this.#reload(this.#rules.map((rule) => limited(rule, one)))
        break
      case 'list':
        this.#engine.engine.beginList()
        for (const [url, of] of one.list) this.#register(url, of)
        for (const url of this.#model.urls.keys())
          if (!one.list.some(([listed]) => listed === url)) this.#model.forget(url)
        this.#engine.endList()
        break
      case 'restart':
        this.#rules = one.rules ?? this.#rules
        // The clock of a run begins where that of the last one ended.
        this.#engine.now = this.#model.now / 1_000
        this.#engine.restart(this.#rules, [...this.#firing.values()])
        this.#model.restart(this.#rules, new Map(one.list))
        for (const [url, of] of one.list) this.#engine.register(url, of, this.#generations[url])
        this.#engine.endList()
        break
      default:
        one satisfies never
    }
    this.#compare(JSON.stringify(one))
  }

  /** With all URLs gone nothing is remembered. */
  end(): void {
    for (const url of [0, 1, 2] as const) this.do({ type: 'forget', id: url })
    this.do({ type: 'skip', s: 0 })
    if (this.#engine.engine.watched !== 0)
      throw new Error(`${this.#engine.engine.watched} URLs are still watched`)
    if (this.#firing.size > 0) throw new Error(`still firing: ${[...this.#firing.keys()].join(', ')}`)
  }

  #reload(to: readonly AlertRule[]): void {
    this.#rules = to
    this.#engine.reconfigure(to)
    this.#model.reconfigure(to)
  }

  #register(url: number, of: Labels): void {
    // A URL that comes back is another one with the same id.
    if (!this.#model.urls.has(url)) this.#generations[url] = (this.#generations[url] ?? 0) + 1
    this.#engine.register(url, of, this.#generations[url])
    this.#model.register(url, of)
  }

  #poll({ id: url, verdict, status, durationMs, leftMs, isLate }: Step & { type: 'poll' }): void {
    const found = verdict as ModelPoll['verdict']
    // The clock of the machine is set back at times, which the model's is not.
    const at = 1e12 + this.#engine.now * 1_000
    const poll = {
      verdict: found,
      at,
      status: STATUS[found][status] ?? 0,
      durationMs,
      expiresAt: at + leftMs,
    }
    const generation = Number(this.#generations[url]) - (isLate ? 1 : 0)
    const { verdict: _, ...fields } = { ...poll, certificateExpiresAt: poll.expiresAt, generation }
    this.#engine.poll(url, found, fields)
    if (!isLate) this.#model.poll(url, poll)
  }

  #compare(after: string): void {
    const all = [...this.#engine.all, ...this.#engine.engine.takeChanges()]
    const changes = all.filter(isTurn)
    const seen = this.#engine.seen.map((key) => seenText(this.#firing.get(key)?.alert))
    this.#engine.all = []
    this.#engine.seen = []
    for (const { type, alert } of changes) {
      if (alert.kind === 'changed') continue
      const isFiring = this.#firing.has(alert.key)
      if (isFiring === (type === 'fired'))
        throw new Error(`${type} after ${after}, but it ${isFiring ? 'fires' : 'does not fire'}`)
      if (type === 'fired') this.#firing.set(alert.key, { type, alert })
      else this.#firing.delete(alert.key)
    }
    for (const [key, { type, alert }] of this.#firing)
      this.#firing.set(key, { type, alert: keptOf(alert, all) })
    const [found, expected] = [[...changes.map(textOf), ...seen].toSorted(), this.#model.changes.toSorted()]
    this.#model.changes = []
    if (found.join('\n') !== expected.join('\n'))
      throw new Error(`after ${after}:\n${found.join('\n')}\nbut the model says:\n${expected.join('\n')}`)
  }
}

export const ALERT_PROPERTIES = [
  property('alerts begin and end as in a model that works them out from all polls', 200, () =>
    fc.property(rules, fc.array(step, { minLength: 1, maxLength: 150, size: 'max' }), (first, steps) => {
      const pair = new Pair(first)
      for (const one of steps) pair.do(one)
      pair.end()
    }),
  ),
]
