import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../../helpers/directory.ts'
import { limitConcurrency } from '../../helpers/limit-concurrency.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { parseLines, Program } from '../../helpers/program.ts'
import type { ProgramResult } from '../../helpers/program.ts'

// A signal after each of a series of steps from the start to the end: the program ends with a code that it promises and leaves nothing
// behind, and another run with the same files works.

limitConcurrency(test, 3)

const pathOfSteps = fileURLToPath(new URL('../../helpers/signal-steps.ts', import.meta.url))
const pathOfFault = fileURLToPath(new URL('../../helpers/thread-fault.ts', import.meta.url))

/** Steps of a run after which it is signalled. */
const MOMENTS = 8

/** How the program is run. */
interface Mode {
  readonly name: string
  readonly once: boolean
  readonly args: readonly string[]
  /** Files that it leaves, besides its list and its configuration. */
  readonly files: readonly string[]
}

const KEEPING = ['--history', 'history.db', '--alert-state', 'alerts.db', '--output', 'results.jsonl']
/** A lock stays beside its file: whoever removed it could take it from another run. */
const KEPT = ['alerts.db', 'alerts.db-lock', 'history.db', 'history.db-lock', 'results.jsonl']

const MODES: readonly Mode[] = [
  { name: '--once', once: true, args: ['--once'], files: [] },
  { name: '--once with files', once: true, args: ['--once', ...KEEPING], files: KEPT },
  { name: 'without an end', once: false, args: [], files: [] },
  { name: 'with --listen and files', once: false, args: ['--listen', '0', ...KEEPING], files: KEPT },
]

/** A directory with a list and a configuration, in which the program runs. */
class Place {
  readonly directory: string
  readonly #t: ExecutionContext
  readonly #mode: Mode

  constructor(t: ExecutionContext, mode: Mode, url: string, name: string) {
    this.#t = t
    this.#mode = mode
    this.directory = join(directoryOf(t), name)
    mkdirSync(this.directory)
    const alerts = mode.files.includes('alerts.db')
      ? `receivers: { ops: { webhook: '${url}/hook' } }\nalerts: [{ name: web, to: ops, down: true }]\n`
      : ''
    writeFileSync(join(this.directory, 'headcount.yml'), `interval: 200ms\npool-size: 2\n${alerts}`)
    writeFileSync(join(this.directory, 'urls.txt'), `${url}/1\n${url}/2\n${url}/3\n`)
  }

  /** The file beside the directory that gets the steps of a run. */
  get steps(): string {
    return `${this.directory}.steps`
  }

  run(env: NodeJS.ProcessEnv = {}): Program {
    const args = ['-c', 'headcount.yml', '-f', 'urls.txt', '--format', 'json', ...this.#mode.args]
    const prefix = ['env', '-C', this.directory]
    return new Program(this.#t, args, { env, prefix })
  }

  /** Runs it with the steps counted, and what STEP_… and FAULT_… variables say. */
  counted(env: NodeJS.ProcessEnv = {}): Program {
    const imports = [
      `--import=${pathOfSteps}`,
      ...(env['FAULT_MARK'] === undefined ? [] : [`--import=${pathOfFault}`]),
    ]
    return this.run({ ...env, STEPS: this.steps, NODE_OPTIONS: imports.join(' ') })
  }

  /** What is in the directory now. */
  get files(): string[] {
    return readdirSync(this.directory).toSorted()
  }
}

const isPolled = (program: Program) => program.json.some(({ type }) => type === 'state')

/** The number of steps from the start until something is polled, or to the end. */
async function countSteps(t: ExecutionContext, mode: Mode, url: string): Promise<number> {
  const place = new Place(t, mode, url, 'counted')
  const program = place.counted()
  if (!mode.once) {
    await program.until(isPolled)
    const { size } = statSync(place.steps)
    program.child.kill('SIGTERM')
    t.is((await program.ended()).code, 0)
    return size
  }
  t.is((await program.ended()).code, 0)
  return statSync(place.steps).size
}

/** From the first step, at which main listens to signals, to the last one. */
const stepOf = (moment: number, steps: number) => 1 + Math.round(((steps - 1) * moment) / (MOMENTS - 1))

/** A moment of a run: after so many steps, with a place of its own. */
interface Moment {
  readonly step: number
  readonly place: Place
  /** For messages. */
  readonly at: string
}

/** Each moment of a run that polls an origin, in turn. */
async function* momentsOf(t: ExecutionContext, mode: Mode): AsyncGenerator<Moment> {
  t.timeout(600_000)
  const { url } = await startOrigin(t)
  const steps = await countSteps(t, mode, url)
  for (let moment = 0; moment < MOMENTS; moment++) {
    const step = stepOf(moment, steps)
    yield { step, place: new Place(t, mode, url, `at-${moment}`), at: `step ${step} of ${steps}` }
  }
}

/** Checks what a run that was signalled has said, whatever its end. */
function checkEnd(
  t: ExecutionContext,
  { stderr, code, signal }: ProgramResult,
  allowed: readonly (number | string)[],
  at: string,
): void {
  t.true(allowed.includes(code ?? signal ?? ''), `${at}: ${code ?? signal}\n${stderr}`)
  t.notRegex(stderr, /^\s+at |node:internal|\w*Error: /m, at)
}

/** Runs it once more with the same files, and checks what is there then. */
async function checkNextRun(t: ExecutionContext, place: Place, mode: Mode, at: string): Promise<void> {
  const program = place.run()
  if (!mode.once) {
    await program.until(isPolled)
    program.child.kill('SIGTERM')
  }
  const { code, stderr, stdout } = await program.ended()
  t.is(code, 0, `${at}, next run: ${stderr}`)
  t.notRegex(stderr, /damaged|in use|rror/, at)
  t.is(parseLines(stdout).at(-1)?.['type'], 'summary', at)
  t.deepEqual(place.files, [...mode.files, 'headcount.yml', 'urls.txt'].toSorted(), at)
  if (!mode.files.includes('results.jsonl')) return
  const lines = readFileSync(join(place.directory, 'results.jsonl'), 'utf8')
  t.true(lines.endsWith('\n'), at)
  t.is(parseLines(lines.slice(lines.lastIndexOf('\n', lines.length - 2) + 1))[0]?.['type'], 'summary', at)
}

/** Exit codes that the documentation promises. A SIGHUP that a run has no use for ends it. `step` 1: nothing of it is known yet. */
function codesFor(mode: Mode, signal: NodeJS.Signals, step: number): readonly (number | string)[] {
  if (signal === 'SIGHUP') return mode.once && mode.files.length === 0 ? [0, 'SIGHUP'] : [0]
  return mode.once || step === 1 ? [0, 1] : [0]
}

/** A run that cannot start its pollers cannot go on. */
const codesOfKilled = (mode: Mode, { stderr }: ProgramResult, step: number) =>
  mode.once || step === 1 || /^error: poller \d could not be started/m.test(stderr) ? [0, 1] : [0]

for (const mode of MODES) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    test(`${signal} after each of ${MOMENTS} steps, ${mode.name}`, async (t) => {
      for await (const { step, place, at } of momentsOf(t, mode)) {
        const program = place.counted({ STEP_AT: String(step), STEP_SIGNAL: signal })
        if (signal === 'SIGHUP' && !mode.once) {
          // It goes on.
          await program.until((one) => existsSync(`${place.steps}-sent`) && isPolled(one))
          program.child.kill('SIGTERM')
        }
        checkEnd(t, await program.ended(), codesFor(mode, signal, step), at)
        await checkNextRun(t, place, mode, at)
      }
    })

  test(`SIGTERM while a poller is killed, after each of ${MOMENTS} steps, ${mode.name}`, async (t) => {
    for await (const { step, place, at } of momentsOf(t, mode)) {
      const fault = { FAULT_MARK: `${place.directory}.mark`, FAULT_KIND: 'exit' }
      const ended = await place.counted({ STEP_AT: String(step), STEP_SIGNAL: 'SIGTERM', ...fault }).ended()
      checkEnd(t, ended, codesOfKilled(mode, ended, step), at)
      await checkNextRun(t, place, mode, at)
    }
  })

  test(`a second SIGTERM after each of ${MOMENTS} times from the first, ${mode.name}`, async (t) => {
    t.timeout(600_000)
    // The end takes as long as a poll.
    const slow = await startOrigin(
      t,
      (_, response) => void setTimeout(() => response.writeHead(204).end(), 400),
    )
    const { url } = await startOrigin(t)
    const steps = await countSteps(t, mode, url)
    for (let moment = 0; moment < MOMENTS; moment++) {
      // Before this, in ms, it would belong to the first.
      const againMs = 250 + moment * 40
      const at = `${againMs} ms`
      const place = new Place(t, mode, slow.url, `at-${moment}`)
      const again = { STEP_AT: String(steps), STEP_SIGNAL: 'SIGTERM', STEP_AGAIN_MS: String(againMs) }
      checkEnd(t, await place.counted(again).ended(), [0, 1], at)
      await checkNextRun(t, place, mode, at)
    }
  })
}
