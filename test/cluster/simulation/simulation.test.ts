import test from 'ava'
import { repetitions } from '../../helpers/thorough.ts'
import { simulateSeed } from './simulate-seed.ts'

// `npm run simulate -- SEEDS [FIRST]` runs others.

const SEEDS = repetitions(15, 1_000)

test('whatever fails, no URL is polled by two machines, and all are polled again', (t) => {
  let faults = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { problems, faults: of } = simulateSeed(seed)
    t.deepEqual(problems, [], `seed ${seed}`)
    faults += of
  }
  t.true(faults > SEEDS * 5, `${faults}`)
})
