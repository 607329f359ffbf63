import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import type { IRawProperty } from 'fast-check'
import type { ExecutionContext } from 'ava'

/** Something that holds for all values that fast-check makes. */
export interface Property {
  readonly title: string
  /** Runs in `npm test`; `npm run thorough` makes many more. */
  readonly runs: number
  /** Starts what the property needs, which ends with the test. */
  readonly make: (t: ExecutionContext) => IRawProperty<never> | Promise<IRawProperty<never>>
}

/** A property without what its values are, so that a list can hold different ones. */
export function property<Value>(
  title: string,
  runs: number,
  make: (t: ExecutionContext) => IRawProperty<Value> | Promise<IRawProperty<Value>>,
): Property {
  return { title, runs, make: make as unknown as Property['make'] }
}

/** Checks a property `times` as often as it says. On a failure it prints the seed, which TESTS_SEED sets, and the smallest value that fails. */
export async function holds(t: ExecutionContext, { runs, make }: Property, times = 1): Promise<void> {
  const seed = Number(process.env['TESTS_SEED'] ?? randomInt(2 ** 31))
  const details = await fc.check<never>(await make(t), { seed, numRuns: runs * times })
  if (details.failed) {
    const { errorInstance: error } = details
    t.log(error instanceof Error ? error.stack : error)
    t.fail(`TESTS_SEED=${seed} repeats it\n${fc.defaultReportMessage(details as never)}`)
  }
  t.pass()
}
