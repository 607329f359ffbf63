import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { callsIn, differences, missingFunctions, stepsOf, stepsOfPoll } from '../helpers/codewalk.ts'
import type { Call, Step } from '../helpers/codewalk.ts'
import { sourceCli } from '../helpers/cli.ts'
import { startOrigin } from '../helpers/origin.ts'
import { Program } from '../helpers/program.ts'
import type { RecordedFunctions } from '../helpers/record-calls.ts'

const walk = readFileSync(new URL('../../docs/codewalk.md', import.meta.url), 'utf8')
const steps = stepsOf(walk)
const pollSteps = stepsOfPoll(walk)
/** The steps of one poll come after the step in which the poller takes the Resource. */
const allSteps = [...steps.slice(0, 5), ...pollSteps, ...steps.slice(5)]

/** The program waits this long, in ms, for calls that the walk promises. Then the test fails. */
const MAX_WAIT_MS = 60_000

test('the walk has at most eight steps, and each is one file', (t) => {
  t.true(steps.length >= 6 && steps.length <= 8)
  t.deepEqual(
    steps.map(({ title }) => Number.parseInt(title, 10)),
    [...steps.keys()].map((index) => index + 1),
  )
  t.is(new Set(allSteps.map(({ file }) => file)).size, allSteps.length)
  for (const { title, functions } of allSteps) t.true(functions.length > 0, title)
  t.true(pollSteps.length >= 3)
})

test('the program takes the steps of the walk in their order', async (t) => {
  const calls = await record(t, allSteps)
  t.deepEqual(differences(allSteps, calls), [])
  // With the same calls, a walk that is wrong is found.
  for (let index = 1; index < allSteps.length; index++) {
    const [before, after] = allSteps.slice(index - 1, index + 1) as [Step, Step]
    const swapped = allSteps.with(index - 1, after).with(index, before)
    t.not(differences(swapped, calls).length, 0, `${after.title} before ${before.title}`)
  }
  for (const [index, step] of allSteps.entries()) {
    const uncalled = { ...step, functions: [...step.functions, 'Nothing.calls'] }
    t.is(differences(allSteps.with(index, uncalled), calls).length, 1, step.title)
    const elsewhere = { ...step, thread: step.thread === 'main' ? 'monitor' : 'main' }
    t.not(differences(allSteps.with(index, elsewhere), calls).length, 0, step.title)
  }
})

/** Runs the program with one URL, which is polled once, and has it print when all else is done. Returns the calls it made. */
async function record(t: ExecutionContext, of: readonly Step[]): Promise<Call[]> {
  const origin = await startOrigin(t)
  const recorded: RecordedFunctions = Object.fromEntries(of.map(({ file, functions }) => [file, functions]))
  const program = new Program(t, ['--file', '-', '--interval', '1h', '--status-interval', '1h'], {
    script: sourceCli,
    input: `${origin.url}/\n`,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: {
      NODE_OPTIONS: `--import=${new URL('../helpers/record-calls.ts', import.meta.url).href}`,
      RECORD_CALLS: JSON.stringify(recorded),
    },
  })
  let text = ''
  let onText = () => {}
  ;(program.child.stdio[3] as Readable).setEncoding('utf8').on('data', (lines: string) => {
    text += lines
    onText()
  })
  const giveUp = AbortSignal.timeout(MAX_WAIT_MS)
  const ended = new Promise<void>((resolve) => program.child.once('exit', () => resolve()))
  const timedOut = new Promise<void>((resolve) => giveUp.addEventListener('abort', () => resolve()))
  const until = async (missing: number) => {
    const isMissing = () => missingFunctions(of, callsIn(text)).length > missing
    while (isMissing() && !giveUp.aborted && program.child.exitCode === null)
      await Promise.race([ended, timedOut, new Promise<void>((resolve) => (onText = resolve))])
  }
  // The last function is the one that prints.
  await until(1)
  program.child.kill('SIGUSR2')
  await until(0)
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 0, stderr)
  return callsIn(text)
}
