import test from 'ava'
import type { Alert } from '../../../src/alerts/alert.ts'
import type { AlertRule } from '../../../src/alerts/alert-rule.ts'
import { fromJson, toJson } from '../../../src/alerts/store/alert-json.ts'
import { keptOf, TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const flapping = (changes: number, seconds: number): AlertRule =>
  ruleOf('web', { flapping: { changes, withinMs: seconds * 1_000 } })

const WAYS = ['a reload', 'a restart'] as const

/** A URL that turned too often at 0 s, by the rule that it begins with: more than 3 times in 600 s. It is up. */
class Flapping {
  readonly engine = new TestEngine([flapping(3, 600)])
  #isUp = true
  /** Its alert, as a store has it. */
  #kept: Alert | null = null

  constructor() {
    this.engine.register(0)
    this.engine.now = -40
    this.engine.poll(0, 'up')
    for (let turns = 0; turns < 4; turns++) this.turn(10)
  }

  /** It turns after some seconds. Returns what that has changed, the time first. */
  turn(seconds: number): string[] {
    const before = this.wait(seconds)
    this.#isUp = !this.#isUp
    return [...before, ...this.#note(this.engine.poll(0, this.#isUp ? 'up' : 'down'))]
  }

  wait(seconds: number): string[] {
    return this.#note(this.engine.skip(seconds))
  }

  /** The rule is another one now. It is polled at once. */
  change(how: (typeof WAYS)[number], rule: AlertRule): void {
    if (how === 'a reload') this.engine.reconfigure([rule])
    else {
      const alert = fromJson(toJson(this.#kept)) as Alert
      this.engine.restart([rule], [{ type: 'fired', alert }])
      this.engine.register(0)
      this.engine.endList()
      this.#note([])
    }
    this.#note(this.engine.poll(0, this.#isUp ? 'up' : 'down'))
  }

  #note(texts: string[]): string[] {
    for (const { type, alert } of this.engine.changes) this.#kept = type === 'fired' ? alert : null
    if (this.#kept !== null) this.#kept = keptOf(this.#kept, this.engine.all)
    return texts
  }
}

const settled = (after: string) => [`resolved web/flapping u0: settled after ${after}: up, 200 OK`]

for (const how of WAYS) {
  test(`a shorter window does not settle a URL that turned too often in a longer one, after ${how}`, (t) => {
    const one = new Flapping()
    one.change(how, flapping(3, 2))
    t.deepEqual(one.wait(599), [])
    t.deepEqual(one.wait(1), settled('10m'))
  })

  test(`a longer window counts from the next time on that it turns too often, after ${how}`, (t) => {
    const one = new Flapping()
    one.change(how, flapping(3, 1_200))
    t.deepEqual(one.wait(599), [])
    t.deepEqual(one.wait(1), settled('10m'))
    const other = new Flapping()
    other.change(how, flapping(3, 1_200))
    for (let turns = 0; turns < 4; turns++) t.deepEqual(other.turn(100), [])
    other.change('a restart', flapping(3, 600))
    t.deepEqual(other.wait(1_199), [])
    t.deepEqual(other.wait(1), settled('26m 40s'))
  })

  test(`a URL that turns too often in a shorter window settles by that one, after ${how}`, (t) => {
    const one = new Flapping()
    one.change(how, flapping(3, 60))
    for (let turns = 0; turns < 4; turns++) t.deepEqual(one.turn(10), [])
    t.deepEqual(one.wait(59), [])
    t.deepEqual(one.wait(1), settled('1m 40s'))
  })

  test(`a URL that goes on has not settled since its rule allows it, after ${how}`, (t) => {
    for (const [rule, text] of [
      [flapping(20, 600), '20 changes between up and down in 10m'],
      [flapping(3, 60), '3 changes between up and down in 1m'],
    ] as const) {
      const one = new Flapping()
      one.change(how, rule)
      for (let turns = 0; turns < 5; turns++) t.deepEqual(one.turn(100), [])
      t.deepEqual(one.turn(100), [
        `unwatched web/flapping u0: the rule has another limit now: no more than ${text}`,
      ])
      t.deepEqual(one.wait(10_000), [])
    }
  })
}

test('a URL that goes on at the same pace neither settles nor fires again by a reload', (t) => {
  const one = new Flapping()
  for (const rule of [flapping(3, 700), flapping(2, 700), flapping(3, 600)]) {
    one.change('a reload', rule)
    for (let turns = 0; turns < 10; turns++) t.deepEqual(one.turn(190), [])
  }
})

test('a repeat says by what it holds', (t) => {
  const one = new Flapping()
  const alert = { key: one.engine.changes[0]?.alert.key } as Alert
  const text = (limits: string) => `flapping: more than ${limits}`
  one.change('a reload', flapping(2, 60))
  t.is(one.engine.engine.current(alert).summary, text('3 changes between up and down in 10m'))
  for (let turns = 0; turns < 3; turns++) one.turn(10)
  t.is(one.engine.engine.current(alert).summary, text('2 changes between up and down in 1m'))
})
