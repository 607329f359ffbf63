import test from 'ava'
import { freePort } from '../helpers/free-port.ts'
import { headcount, Program } from '../helpers/program.ts'

/** How many lines of standard error are about each URL. */
function told(stderr: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [url = ''] of stderr.matchAll(/^http\S+(?=: refused: )/gm)) counts[url] = (counts[url] ?? 0) + 1
  return counts
}

async function dead(count: number): Promise<string[]> {
  const port = await freePort()
  return Array.from({ length: count }, (_, at) => `http://127.0.0.1:${port}/${at}`)
}

const OFTEN = ['-i', '100ms', '--error-backoff', '0s', '--pool-size', '2', '--format', 'json']

test('a URL that is down for the same reason again and again is one line', async (t) => {
  const urls = await dead(3)
  const program = new Program(t, [...OFTEN, ...urls])
  await program.until(({ json }) => json.filter(({ type }) => type === 'state').length >= 15)
  program.child.kill('SIGTERM')
  const { stderr } = await program.ended()
  t.deepEqual(told(stderr), Object.fromEntries(urls.map((url) => [url, 1])))
  const failures = program.json.at(-1)?.['failures'] as { polls: number; printed: number }
  t.is(failures.printed, 3)
  t.true(failures.polls >= 15)
})

test('--verbose: a line for each failed poll', async (t) => {
  const urls = await dead(1)
  const program = new Program(t, [...OFTEN, '--verbose', ...urls])
  await program.until(({ stderr }) => (told(stderr)[urls[0] ?? ''] ?? 0) >= 3)
  program.child.kill('SIGTERM')
  await program.ended()
  const states = program.json.filter(({ type }) => type === 'state').length
  t.deepEqual(told(program.stderr), { [urls[0] ?? '']: states })
})

test('--once: what failed is told whole before the end', async (t) => {
  const urls = await dead(1_000)
  const { stderr, code } = await headcount(t, ['--once', '--format', 'quiet', ...urls])
  t.is(code, 2)
  t.is(Object.keys(told(stderr)).length, 1_000)
})
