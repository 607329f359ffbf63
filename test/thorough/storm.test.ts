import test from 'ava'
import { GROUPS, storm } from '../soak/storm.ts'

const URLS = 5_000
/** Longer than both storms take on a machine that is busy. */
const LIMIT_MS = 600_000

test('whatever turns at once is one notification for each group, in the whole program', async (t) => {
  t.timeout(LIMIT_MS)
  const say = (line: string) => t.log(line)
  const options = { urls: URLS, intervalMs: 2_000, hasAlerts: true, say } as const
  const { fired, resolved } = await storm({ ...options, what: 'hosts' })
  const { fired: unknown } = await storm({ ...options, what: 'gateway' })
  for (const { totals, named } of [fired, resolved, unknown]) {
    t.deepEqual(
      totals,
      Array.from({ length: GROUPS }, () => URLS / GROUPS),
    )
    t.deepEqual(
      named,
      Array.from({ length: GROUPS }, () => 20),
    )
  }
})
