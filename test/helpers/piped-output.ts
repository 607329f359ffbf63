import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

/** What to write, and then how long a flush may stall. */
export interface OutputCommand {
  readonly write: readonly string[]
  readonly flush: number | null | 'no'
}

/** How the flush has ended, the failures so far, and how many writes were dropped. */
export interface OutputReply {
  readonly out: boolean | null
  readonly codes: readonly string[]
  readonly dropped: number
}

/**
 * An Output in a process of its own, its standard output a pipe to `command`, whose standard output is `reader`. (In a
 * thread of the test runner the descriptors would not be its own: threads close what they have opened when they end.)
 */
export function pipedOutput(t: ExecutionContext, command: string, maxBuffered = 2 ** 26) {
  const program = fileURLToPath(new URL('output-process.ts', import.meta.url))
  const args = ['-c', `"$0" "$1" "$2" | ${command}`, process.execPath, program, String(maxBuffered)]
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
