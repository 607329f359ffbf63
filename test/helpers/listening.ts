import type { ExecutionContext } from 'ava'
import { Program } from './program.ts'
import type { ProgramOptions } from './program.ts'

/** The program with `--listen` on a free port. */
export interface Listening {
  readonly program: Program
  readonly port: number
  /** Without a slash at its end. */
  readonly url: string
  /** Status and text of an answer; status 0 if there is none. */
  get(path: string, init?: RequestInit): Promise<{ status: number; text: string; headers: Headers }>
}

/** Starts the program with `--listen 0`, and resolves when it listens. */
export async function startListening(
  t: ExecutionContext,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Listening> {
  const program = new Program(t, ['--listen', '0', '--pool-size', '1', '--format', 'json', ...args], options)
  await program.until(({ stderr }) => LISTENING.test(stderr))
  const port = Number(LISTENING.exec(program.stderr)?.[1])
  const url = `http://127.0.0.1:${port}`
  return {
    program,
    port,
    url,
    async get(path, init = {}) {
      try {
        const response = await fetch(`${url}${path}`, {
          ...init,
          headers: { connection: 'close', ...init.headers },
        })
        return { status: response.status, text: await response.text(), headers: response.headers }
      } catch {
        return { status: 0, text: '', headers: new Headers() } // Nobody listens now.
      }
    },
  }
}

const LISTENING = /^Listening on http:\/\/127\.0\.0\.1:(\d+)\/$/m
