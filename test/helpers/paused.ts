import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'

/** Does `act` while no thread of the process runs: for the process, all of it happens at once. Linux only. */
export async function whilePaused(child: ChildProcess, act: () => void | Promise<void>): Promise<void> {
  child.kill('SIGSTOP')
  while (!isStopped(child.pid as number)) await turn()
  await act()
  child.kill('SIGCONT')
}

function isStopped(pid: number): boolean {
  const states = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    // The state follows the name, which may hold anything.
    return stat[stat.lastIndexOf(')') + 2]
  })
  return states.every((state) => state === 'T')
}
