import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import type { ResourceId, Verdict } from '../../src/resource/resource.ts'
import { Settling } from '../../src/state/settling.ts'
import { NO_FINDINGS } from '../../src/state/settled-verdicts.ts'
import type { SentState } from '../../src/state/state-batch.ts'
import { property } from '../helpers/property.ts'
import { down, unknown, up } from '../helpers/state.ts'

type Answer = 'up' | 'down' | 'unknown'

/** Rules of a URL. Its parent is a URL with a lower number, so that there is no circle. */
interface Rules {
  readonly downAfter: number
  readonly upAfter: number
  readonly parent: number | null
}

/** What is shown after each poll: `own` holds verdicts as if there were no parents above, `rows` the equal answers in a row. */
function byModel(
  rules: readonly Rules[],
  polls: readonly (readonly [url: number, answer: Answer])[],
): string[] {
  const own: string[] = rules.map(() => 'pending')
  const settled: string[] = rules.map(() => '')
  const rows: string[][] = rules.map(() => [])
  const isDownAbove = (url: number): boolean => {
    const parent = rules[url]?.parent ?? null
    return parent !== null && (own[parent] === 'down' || isDownAbove(parent))
  }
  return polls.map(([url, answer]) => {
    const { downAfter, upAfter } = rules[url] as Rules
    if (isDownAbove(url) || answer === 'unknown') return (own[url] = 'unknown')
    const row = rows[url]?.at(-1) === answer ? [...(rows[url] ?? []), answer] : [answer]
    rows[url] = row
    if (settled[url] === '' || row.length >= (answer === 'down' ? downAfter : upAfter)) settled[url] = answer
    return (own[url] = settled[url] as string)
  })
}

const STATES = { up, down, unknown }

/** The properties of verdicts over time. */
export const VERDICT_PROPERTIES = [
  property('verdicts turn after so many polls, and are unknown below a parent that is down', 200, () => {
    const threshold = fc.integer({ min: 1, max: 4 })
    const rules = fc
      .array(fc.tuple(threshold, threshold, fc.option(fc.nat(), { freq: 3 })), { minLength: 1, maxLength: 6 })
      .map((all) =>
        all.map(([downAfter, upAfter, parent], url): Rules => {
          return { downAfter, upAfter, parent: parent === null || url === 0 ? null : parent % url }
        }),
      )
    const answers = fc.constantFrom<Answer>('up', 'up', 'up', 'down', 'down', 'down', 'unknown')
    const polls = fc.array(fc.tuple(fc.nat(), answers), { maxLength: 60 })
    return fc.property(rules, polls, (all, some) => {
      const polled = some.map(([url, answer]) => [url % all.length, answer] as const)
      const shown: Verdict[] = all.map(() => 'pending')
      const settling = new Settling((id) => shown[id] ?? 'pending')
      for (const [n, { parent, ...thresholds }] of all.entries()) {
        const above = parent === null ? null : { name: `http://${parent}/`, id: parent as ResourceId }
        settling.register(
          {
            id: n as ResourceId,
            url: `http://${n}/`,
            generation: 0,
            verdict: 'pending',
            settling: { number: n, thresholds, parent: above, findings: NO_FINDINGS },
          },
          true,
        )
      }
      const found = polled.map(([url, answer]) => {
        const state = STATES[answer](url, { generation: 0 }) as SentState
        const { verdict } = settling.apply(state)
        shown[url] = verdict
        return verdict as string
      })
      const expected = byModel(all, polled)
      if (!isDeepStrictEqual(found, expected)) throw new Error(`${found.join()}\n${expected.join()}`)
    })
  }),
]
