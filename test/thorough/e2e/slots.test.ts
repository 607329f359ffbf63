import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { Program } from '../../helpers/program.ts'

const fault = fileURLToPath(new URL('../../helpers/fault.ts', import.meta.url))

const INTERVAL_MS = 4_000

/** How long the first server takes to answer, so that a poll ends long after its slot. */
const REDIRECT_MS = 1_500

test('a poller that is killed in the middle of a redirect: the URL is polled for the same slot, and keeps its slots', async (t) => {
  const second = await startOrigin(t)
  const first = await startOrigin(t, (_, response) => {
    setTimeout(() => response.writeHead(302, { location: `${second.url}/there` }).end(), REDIRECT_MS)
  })
  const mark = join(directoryOf(t), 'mark')
  // The first poller that follows the redirect once the mark is there.
  const env = {
    NODE_OPTIONS: `--import=${fault}`,
    FAULT_PORT: String(second.port),
    FAULT_KIND: 'exit',
    FAULT_MARK: mark,
    FAULT_LATER: '1',
  }
  const args = ['--pool-size', '2', '--interval', `${INTERVAL_MS}ms`, '--timeout', '1m', '--format', 'json']
  const program = new Program(t, [...args, `${first.url}/here`], { env })
  const states = () => program.json.filter(({ type }) => type === 'state')
  await program.until(() => states().length > 0)
  writeFileSync(`${mark}-now`, '')
  await program.until(({ stderr }) => /^poller \d was lost .*it had 1 Resource, due again now$/m.test(stderr))
  const before = states().length
  await program.until(() => states().length > before + 1)
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)

  const polls = states().map(({ at, durationMs, lateMs, verdict }) => ({
    verdict,
    lateMs: Number(lateMs),
    slot: Date.parse(String(at)) - Number(durationMs) - Number(lateMs),
  }))
  t.deepEqual([...new Set(polls.map(({ verdict }) => verdict))], ['up'])
  // The poller had been lost when the poll was late by the time of the redirect at least.
  t.true((polls[before]?.lateMs ?? 0) >= REDIRECT_MS, JSON.stringify(polls))
  // All slots are whole intervals apart. These times are rounded, and those of another slot would be off by the time of the redirect.
  const [{ slot: origin } = { slot: 0 }] = polls
  const off = polls.map(({ slot }) => {
    const rest = (((slot - origin) % INTERVAL_MS) + INTERVAL_MS) % INTERVAL_MS
    return Math.min(rest, INTERVAL_MS - rest)
  })
  t.true(
    off.every((ms) => ms < REDIRECT_MS / 2),
    JSON.stringify(polls),
  )
})
