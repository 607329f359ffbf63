import { getHeapStatistics } from 'node:v8'
import test from 'ava'
import { runScript } from '../helpers/program.ts'
import type { GarbageReport } from '../programs/garbage.ts'

// Node 24 does not count what is allocated.
const counted = 'total_allocated_bytes' in getHeapStatistics() ? test : test.skip

counted('a poll allocates no more than it did', async (t) => {
  t.timeout(300_000)
  const { keep, fresh } = await runScript<GarbageReport>(t, 'garbage', [])
  t.log(`${keep} bytes on a kept connection, ${fresh} on a new one`)
  // A tenth more than was measured on 2026-11-28 with Node 26.10.0.
  t.true(keep < 8_900, `${keep}`)
  t.true(fresh < 15_700, `${fresh}`)
})
