import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import type { RuleConditions } from '../../../src/alerts/alert-rule.ts'
import type { Alert } from '../../../src/alerts/alert.ts'
import { fromJson, toJson } from '../../../src/alerts/store/alert-json.ts'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const DAY_MS = 86_400_000

type Limited = Partial<Pick<RuleConditions, 'slow' | 'certificateMs' | 'uptime'>>

const slow = (overMs: number): Limited => ({ slow: { overMs, forMs: 0 } })
const certificate = (days: number): Limited => ({ certificateMs: days * DAY_MS })
const uptime = (below: number): Limited => ({ uptime: { below, overMs: 30 * DAY_MS } })

/** One URL of rule `web` with one condition, which `measure` finds as it says. */
class Measured {
  readonly engine: TestEngine
  /** The alert that fired last. */
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
}
