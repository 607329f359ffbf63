import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The cores that the two sides run on; null: any. */
export interface Cores {
  readonly client: number | null
  readonly origin: number | null
}

/** Whether a command is on the PATH. */
export function installed(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false // Not in this folder.
    }
  })
}

/** One core for the contestants and another for the servers, if there are two and `taskset` can pin to them. */
export function chooseCores(): Cores {
  const [client, origin] = process.platform === 'linux' && installed('taskset') ? allowedCores() : []
  return client === undefined || origin === undefined ? { client: null, origin: null } : { client, origin }
}

/** `0-3,8` in /proc/self/status (proc_pid_status(5)). */
function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
  return list.split(',').flatMap((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}
