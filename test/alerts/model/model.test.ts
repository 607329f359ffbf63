import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import * as fc from 'fast-check'
import { holds, property } from '../../helpers/property.ts'
import { repetitions } from '../../helpers/thorough.ts'
import { runScript } from './run-script.ts'
import { ALERTS } from './world.ts'
import type { Script, Step } from './world.ts'

const alert = fc.nat(ALERTS.length - 1)
const DAY = 86_400

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('fire' as const), alert }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      alert,
      how: fc.constantFrom('resolved' as const, 'unwatched' as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.nat(400) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('silence' as const),
      label: fc.constant('team' as const),
      value: fc.constantFrom('a', 'b'),
      seconds: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('end silence' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('acknowledge' as const), alert }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('kill' as const),
      when: fc.constantFrom('now' as const, 'unwritten' as const, 'written' as const, 'sending' as const),
      clock: fc.constantFrom(0, 0, 7, -3_600, DAY),
      unseen: fc.constantFrom(0, 0, 5, 40, 400),
    }),
  },
)

const script: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(step, { maxLength: 40, size: 'max' }),
  windows: fc.array(
    fc.record({
      dc: fc.constantFrom('1', '2'),
      from: fc.nat(300),
      seconds: fc.integer({ min: 1, max: 300 }),
    }),
    { maxLength: 2 },
  ),
  answers: fc.array(fc.boolean(), { maxLength: 6 }),
})

const SAME = property(
  'the same is told to each receiver in the same order as by a model that never dies',
  repetitions(40, 10_000),
  (t) => {
    // In memory, so that no disk is waited for.
    const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'headcount-'))
    t.teardown(() => rmSync(root, { recursive: true, force: true }))
    return fc.asyncProperty(script, (one) => runScript(one, root))
  },
)

test(SAME.title, async (t) => {
  t.timeout(1_800_000)
  await holds(t, SAME)
})
