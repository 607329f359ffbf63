import test from 'ava'
import { compareWithUndici } from '../compare/undici.ts'

test('random answers: what undici takes is taken, with the same status, however it is cut', async (t) => {
  t.timeout(300_000)
  const seed = Date.now() % 1_000_000
  t.log(`seed ${seed}`)
  const { takenBy, mistakes } = await compareWithUndici(seed, 20_000)
  t.deepEqual(mistakes, [])
  t.true(takenBy.both > 5_000, JSON.stringify(takenBy))
})
