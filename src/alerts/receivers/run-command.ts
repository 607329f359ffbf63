import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

/** The most output that is kept, in bytes; the rest is read and dropped, so that the command does not wait. */
const MAX_OUTPUT_BYTES = 16_384

/** Time that a command gets to end by itself when its time is over, in ms. */
const GRACE_MS = 500

/** A command to run, without a shell. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly directory: string
  /** All variables that it gets. */
  readonly env: Readonly<Record<string, string>>
  readonly input: string
}

/** How a command ended. */
export type CommandEnd =
  /** `code`: its exit status; null: a signal ended it. */
  | {
      readonly type: 'exit'
      readonly code: number | null
      readonly signal: string | null
      readonly output: string
    }
  /** `isKilled`: false if this user may not end it, as a command of sudo. */
  | { readonly type: 'timeout'; readonly isKilled: boolean; readonly output: string }
  /** It could not be started; `code`: such as ENOENT. */
  | { readonly type: 'failed'; readonly code: string }

/**
 * Runs a command as the leader of a process group. When `signal` aborts, the whole group is asked to end, and killed a moment later. What a
 * command that ended leaves behind is not touched. Never rejects.
 */
export function runCommand(command: Command, signal: AbortSignal): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const { program, args, directory, env, input } = command
    const child: ChildProcess = spawn(program, args, { cwd: directory, env, detached: true, stdio: 'pipe' })
    const output = new BoundedOutput(child)
    let isOver = false
    let killTimer: NodeJS.Timeout | undefined
    const stop = () => {
      isOver = true
      signalGroup(child, 'SIGTERM')
      // The group is killed also when its leader has ended: others may have ignored the first signal.
      killTimer = setTimeout(() => endTimeout(signalGroup(child, 'SIGKILL') !== 'forbidden'), GRACE_MS)
    }
    const endTimeout = (isKilled: boolean) => {
      clearTimeout(killTimer)
      finish({ type: 'timeout', isKilled, output: output.text })
    }
    const finish = (end: CommandEnd) => {
      signal.removeEventListener('abort', stop)
      // A process that still holds a pipe must not hold this one.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy()
      resolve(end)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(killTimer)
      finish({ type: 'failed', code: error.code ?? error.message })
    })
    child.on('exit', (code, by) => {
      if (!isOver) output.ended(() => finish({ type: 'exit', code, signal: by, output: output.text }))
      else if (signalGroup(child, 0) === 'gone') output.ended(() => endTimeout(true))
    })
    // A command need not read its input. Where no pipe could be made there is none: the error follows.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** Sends a signal to its group; 0: none. `forbidden`: it is there, and may not be sent one. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): 'sent' | 'gone' | 'forbidden' {
  if (pid === undefined) return 'gone'
  try {
    process.kill(-pid, signal)
    return 'sent'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'forbidden'
  }
}

/** What a command writes, standard output and standard error as they come. */
class BoundedOutput {
  readonly #chunks: Buffer[] = []
  readonly #child: ChildProcess
  #size = 0

  constructor(child: ChildProcess) {
    this.#child = child
    for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (chunk: Buffer) => this.#add(chunk))
  }

  get text(): string {
    return Buffer.concat(this.#chunks).subarray(0, MAX_OUTPUT_BYTES).toString()
  }

  /** Calls `then` when the pipes are read to their ends, or soon if another process holds them. */
  ended(then: () => void): void {
    let turn: NodeJS.Immediate | undefined
    // What has come while this thread stood still is read before the second turn.
    const timer = setTimeout(() => {
      turn = setImmediate(() => (turn = setImmediate(then)))
    }, GRACE_MS)
    this.#child.once('close', () => {
      clearTimeout(timer)
      clearImmediate(turn)
      then()
    })
  }

  #add(chunk: Buffer): void {
    if (this.#size < MAX_OUTPUT_BYTES) this.#chunks.push(chunk)
    this.#size += chunk.length
  }
}
