import test from 'ava'
import { chaos } from '../chaos/run.ts'

test('random faults: no URL is lost, polled twice at a time, or falsely down', async (t) => {
  const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
  t.log(`seed ${seed}`)
  const say = (line: string) => t.log(line)
  const { violations, ...figures } = await chaos({
    seed,
    steps: 20,
    deaths: null,
    urls: 1_000,
    pollers: 4,
    pauseMs: 1_000,
    say,
  })
  t.log(JSON.stringify(figures))
  t.deepEqual(violations, [])
  t.true(figures.pollersLost > 0)
  t.true(figures.changes > 0)
})
