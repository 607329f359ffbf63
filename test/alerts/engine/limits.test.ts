import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import type { RuleConditions } from '../../../src/alerts/alert-rule.ts'
import type { Alert } from '../../../src/alerts/alert.ts'
import { fromJson, toJson } from '../../../src/alerts/store/alert-json.ts'
import { keptOf, TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const DAY_MS = 86_400_000

type Limited = Partial<Pick<RuleConditions, 'slow' | 'certificateMs' | 'uptime'>>

const slow = (overMs: number): Limited => ({ slow: { overMs, forMs: 0 } })
const certificate = (days: number): Limited => ({ certificateMs: days * DAY_MS })
const uptime = (below: number, days = 30): Limited => ({ uptime: { below, overMs: days * DAY_MS } })

/** One URL of rule `web` with one condition, which `measure` finds as it says. */
class Measured {
  readonly engine: TestEngine
  /** The alert that fired last, as a store has it. */
  fired: Alert | null = null
  #share = 1

  constructor(conditions: Limited) {
    this.engine = new TestEngine([ruleOf('web', conditions)], {
      uptimeOf: () => Promise.resolve(this.#share),
    })
    this.engine.register(0)
  }

  async measure({ ms = 20, days = 365, share = 1 }): Promise<string[]> {
    this.#share = share
    this.engine.skip(60)
    const at = this.engine.now * 1_000
    const polled = this.#note(
      this.engine.poll(0, 'up', { durationMs: ms, certificateExpiresAt: at + days * DAY_MS }),
    )
    this.engine.skip(60)
    await setImmediate()
    return [...polled, ...this.#note(this.engine.skip(0))]
  }

  reload(conditions: Limited): void {
    this.engine.reconfigure([ruleOf('web', conditions)])
  }

  /** It starts again, with another rule, and knows what fires from a file. */
  restart(conditions: Limited, alert: Alert | null): void {
    const read = fromJson(toJson(alert)) as Alert
    this.engine.restart([ruleOf('web', conditions)], [{ type: 'fired', alert: read }])
    this.engine.register(0)
    this.engine.endList()
  }

  #note(texts: string[]): string[] {
    for (const { type, alert } of this.engine.changes) if (type === 'fired') this.fired = alert
    if (this.fired !== null) this.fired = keptOf(this.fired, this.engine.all)
    return texts
  }
}

const CASES = [
  {
    kind: 'slow',
    strict: slow(100),
    loose: slow(1_000),
    bad: { ms: 300 },
    worse: { ms: 3_000 },
    left: 'the last poll took 300ms',
  },
  {
    kind: 'certificate',
    strict: certificate(30),
    loose: certificate(14),
    bad: { days: 19 },
    worse: { days: 9 },
    left: 'certificate expires in 19 days',
  },
  {
    kind: 'uptime',
    strict: uptime(0.999),
    loose: uptime(0.9),
    bad: { share: 0.95 },
    worse: { share: 0.5 },
    left: 'uptime of the last 30d is 95%',
  },
] as const

for (const { kind, strict, loose, bad, worse, left } of CASES) {
  const unwatched = `unwatched web/${kind} u0: the rule has another limit now: ${left}`

  test(`${kind}: what only another limit ends is not said to be over, after a reload`, async (t) => {
    const one = new Measured(strict)
    t.is((await one.measure(bad)).length, 1)
    one.reload(loose)
    t.deepEqual(await one.measure(bad), [unwatched])
    t.deepEqual(await one.measure({}), [])
  })

  test(`${kind}: what only another limit ends is not said to be over, after a restart`, async (t) => {
    const one = new Measured(strict)
    await one.measure(bad)
    one.restart(loose, one.fired)
    t.deepEqual(await one.measure(bad), [unwatched])
  })

  test(`${kind}: what is over by both limits is over`, async (t) => {
    const one = new Measured(strict)
    await one.measure(bad)
    one.reload(loose)
    t.regex((await one.measure({})).join('\n'), /^resolved [^\n]+$/)
  })

  test(`${kind}: what held by the new limit too is over by that one`, async (t) => {
    const one = new Measured(strict)
    await one.measure(bad)
    one.reload(loose)
    t.deepEqual(await one.measure(worse), [])
    t.regex((await one.measure(bad)).join('\n'), /^resolved [^\n]+$/)
  })

  test(`${kind}: what an earlier version has told is over by the limit of now`, async (t) => {
    const one = new Measured(strict)
    await one.measure(bad)
    const { limit, ...old } = one.fired ?? t.fail()
    t.is(typeof limit, 'number')
    one.restart(loose, old)
    t.regex((await one.measure(bad)).join('\n'), /^resolved [^\n]+$/)
  })

  test(`${kind}: what held by the new limit before a restart is over by that one`, async (t) => {
    const one = new Measured(strict)
    await one.measure(bad)
    one.reload(loose)
    await one.measure(worse)
    one.restart(loose, one.fired)
    t.regex((await one.measure(bad)).join('\n'), /^resolved [^\n]+$/)
  })
}

const OVER_A_DAY = 'unwatched web/uptime u0: the rule has another limit now: uptime of the last 1d is 100%'
const OVER = 'resolved web/uptime u0: uptime of the last 1d is 100%'

for (const how of ['a reload', 'a restart'] as const) {
  const change = (one: Measured, conditions: Limited) =>
    how === 'a reload' ? one.reload(conditions) : one.restart(conditions, one.fired)

  test(`uptime: what ends since it is that of another time is not said to be over, after ${how}`, async (t) => {
    const one = new Measured(uptime(0.9))
    t.is((await one.measure({ share: 0.6 })).length, 1)
    change(one, uptime(0.9, 1))
    t.deepEqual(await one.measure({}), [OVER_A_DAY])
    t.deepEqual(await one.measure({}), [])
  })

  test(`uptime: what was low over the new time too is over by that one, after ${how}`, async (t) => {
    const one = new Measured(uptime(0.9))
    await one.measure({ share: 0.6 })
    change(one, uptime(0.9, 1))
    t.deepEqual(await one.measure({ share: 0.7 }), [])
    one.restart(uptime(0.9, 1), one.fired)
    t.deepEqual(await one.measure({}), [OVER])
  })
}

test('uptime: what an earlier version has told counts as told with the time of now, until that is another', async (t) => {
  const one = new Measured(uptime(0.9, 1))
  await one.measure({ share: 0.6 })
  const { windowMs, ...old } = one.fired ?? t.fail()
  t.is(windowMs, DAY_MS)
  one.restart(uptime(0.9, 1), old)
  t.deepEqual(await one.measure({}), [OVER])
  const other = new Measured(uptime(0.9))
  await other.measure({ share: 0.6 })
  other.restart(uptime(0.9), old)
  await other.measure({ share: 0.7 })
  other.restart(uptime(0.9, 1), other.fired)
  t.deepEqual(await other.measure({}), [OVER_A_DAY])
})
