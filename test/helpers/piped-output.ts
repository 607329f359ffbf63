import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { ExecutionContext } from 'ava'
import { pathOf } from './program.ts'

/** What to write, and then the longest stall of a flush, in ms; null: no limit; `no`: no flush. */
export interface OutputCommand {
  readonly write: readonly string[]
  readonly flush: number | null | 'no'
  /** Asks for `restarts` too. */
  readonly counted?: true
}

/** The result of the flush, the error codes so far, and the number of writes dropped. */
export interface OutputReply {
  readonly out: boolean | null
  readonly codes: readonly string[]
  readonly dropped: number
  /** How often the time of a flush has begun anew. */
  readonly restarts?: number
}

/**
 * An Output in a separate process, with its standard output piped to `command`; `reader` is the standard output of `command`. It writes to
 * a `device` instead if there is one. (A thread of the test runner closes the descriptors that it opened when it ends, so the tests don't write
 * to pipes themselves. A device that takes nothing is tried again and again, also when its descriptor was closed and is that of another
 * file: of a database that another test has open, for one.)
 */
export function pipedOutput(t: ExecutionContext, command: string, maxBuffered = 2 ** 26, device = '') {
  const program = `"$0" "$1" "$2" ${device} | ${command}`
  const args = ['-c', program, process.execPath, pathOf('output'), String(maxBuffered)]
  const shell = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const reader: Readable = shell.stdout as Readable
  t.teardown(async () => {
    if (shell.connected) shell.disconnect()
    reader.destroy()
    if (shell.exitCode === null) await once(shell, 'exit')
  })
  const ask = async (what: OutputCommand): Promise<OutputReply> => {
    shell.send(what)
    const [answer] = (await once(shell, 'message')) as [OutputReply]
    return answer
  }
  return { ask, reader }
}
