import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'

/** A program that serves HTTP on a port of loopback. */
export interface ServerProgram {
  /** Without a slash at its end. */
  readonly url: string
  /** Throws an Error with what the program wrote to standard error if it has ended. */
  get(path: string): Promise<Response>
}

/** Starts a program, and resolves when it answers `readyPath` with 200. It is killed with the test. */
export async function startServerProgram(
  t: Pick<ExecutionContext, 'teardown'>,
  {
    command,
    args,
    port,
    readyPath,
  }: {
    readonly command: string
    readonly args: readonly string[]
    /** On which it listens with these arguments. */
    readonly port: number
    readonly readyPath: string
  },
): Promise<ServerProgram> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const url = `http://127.0.0.1:${port}`
  const get = (path: string) => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${command} ended\n${log}`)
    return fetch(`${url}${path}`, { headers: { connection: 'close' } })
  }
  const isReady = () =>
    get(readyPath).then(
      ({ status }) => status === 200,
      () => false, // It does not listen yet.
    )
  while (!(await isReady())) await sleep(20)
  return { url, get }
}
