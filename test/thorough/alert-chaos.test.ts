import test from 'ava'
import { alertChaos } from '../chaos/alerts.ts'
import { haveTool } from '../helpers/tool.ts'

/** Longer than the run takes on a machine that is busy. */
const LIMIT_MS = 900_000

const testChaos = haveTool('prometheus-alertmanager') ? test : test.skip

testChaos('100 kills: everybody is told all, nobody is told anything else', async (t) => {
  t.timeout(LIMIT_MS)
  const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
  t.log(`seed ${seed}`)
  const { violations, ...figures } = await alertChaos(t, { seed, kills: 100, say: (line) => t.log(line) })
  t.log(JSON.stringify(figures))
  t.deepEqual(violations, [])
  t.is(figures.kills, 100)
  t.true(figures.notifications > 0)
})
