import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ava = fileURLToPath(new URL('ava.ts', import.meta.url))

/**
 * ava that says nothing for so long is ended, in ms. It can't end a thread by itself that waits in a system call, such as opening a FIFO.
 * The longest test takes a quarter of an hour.
 */
const MAX_SILENCE_MS = 1_200_000

/**
 * Threads of ava for files, look-ups of names and zlib, which all threads of tests share. With libuv's four, a look-up that nobody answers
 * or a FIFO that nobody opens would have the files of other tests wait for many seconds.
 */
const POOL_THREADS = '32'

/** A test that failed. */
export interface Failure {
  readonly title: string
  /** The details from ava, in YAML. */
  readonly why: string
}

/** The outcome of a run of tests. */
export interface SuiteResult {
  readonly passed: number
  readonly failures: readonly Failure[]
  /** The exit code of ava; null: a signal ended it. */
  readonly code: number | null
}

/**
 * Runs ava with `args`. After each test it calls `onTest` with the number of tests that have passed and failed so far; `onFailure`
 * gets each failure, and `onText` the other lines that ava prints. `directory` is that of the package whose tests they are: this one
 * unless another is given.
 */
export async function runSuite(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  hooks: {
    onTest?(passed: number, failed: number): void
    onFailure?(failure: Failure): void
    onText?(line: string): void
  } = {},
  directory = process.cwd(),
): Promise<SuiteResult> {
  const child = spawn(process.execPath, [ava, '--tap', ...args], {
    env: { ...process.env, UV_THREADPOOL_SIZE: POOL_THREADS, ...env },
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const watchdog = setTimeout(() => {
    hooks.onText?.('The tests stand still, and are ended')
    child.kill('SIGKILL')
  }, MAX_SILENCE_MS)
  const failures: Failure[] = []
  let passed = 0
  let failing: { title: string; why: string[] } | null = null
  const finish = () => {
    if (failing === null) return
    const failure = { title: failing.title, why: failing.why.join('\n') }
    failing = null
    failures.push(failure)
    hooks.onFailure?.(failure)
    hooks.onTest?.(passed, failures.length)
  }
  for await (const line of createInterface({ input: child.stdout })) {
    watchdog.refresh()
    const test = /^(ok|not ok) \d+ - (.*)$/.exec(line)
    if (failing !== null && test === null && /^(?: |#|$)/.test(line)) {
      failing.why.push(line)
      if (line === '  ...') finish()
      continue
    }
    finish()
    if (test?.[1] === 'ok') {
      passed++
      hooks.onTest?.(passed, failures.length)
    } else if (test !== null) failing = { title: test[2] as string, why: [] }
    else if (line !== '' && !/^(TAP version|1\.\.|#)/.test(line)) hooks.onText?.(line)
  }
  finish()
  const [code] = await closed
  clearTimeout(watchdog)
  return { passed, failures, code }
}
