import test from 'ava'
import type { ExecutionContext } from 'ava'
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

/** Runs until a URL is told to be refused, and a poll more is over. Standard error goes where standard output goes if `together`. */
async function refused(t: ExecutionContext, flags: readonly string[], together: boolean) {
  const [url = ''] = await dead(1)
  const prefix = together ? ['sh', '-c', 'exec "$0" "$@" 2>&1'] : []
  const program = new Program(t, ['-i', '1h', '--pool-size', '1', ...flags, url], { prefix })
  if (!flags.includes('--once')) {
    await program.until(({ stdout }) => stdout.includes('refused'))
    program.child.kill('SIGTERM')
  }
  const { stdout, stderr } = await program.ended()
  t.true(stdout.includes('refused'))
  return told(`${stdout}${stderr}`.replaceAll('warning: ', ''))[url] ?? 0
}

for (const [format, more, count] of [
  ['log', [], 0],
  ['logfmt', [], 0],
  ['ecs', [], 0],
  // Where standard output has no line for the change, or each poll is asked for, standard error says it.
  ['json', [], 1],
  ['log', ['--verbose'], 1],
  ['log', ['--once', '--retries', '0'], 1],
] as const)
  test(`lines of standard error in one output: ${['--format', format, ...more].join(' ')}`, async (t) => {
    t.is(await refused(t, ['--format', format, ...more], true), count)
  })

test('in two outputs both tell a change', async (t) => {
  t.is(await refused(t, ['--format', 'log'], false), 1)
})
