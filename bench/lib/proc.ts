import { readdirSync, readFileSync } from 'node:fs'

// Figures of a process from /proc: see proc_pid_stat(5), proc_pid_status(5) and scheduler/sched-stats in the kernel's documentation.

/** Clock ticks per second in /proc: the same on every Linux that Node runs on. */
const TICKS = 100

/** CPU time of all threads of a process, in user mode and in the kernel, in s. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name of the command, in parentheses, may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** The peak of resident memory, in bytes. */
export function peakBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** CPU time of headcount's threads, in s. */
export interface ThreadSeconds {
  readonly main: number
  readonly monitor: number
  readonly pollers: number
  /** V8's helpers (garbage collection, compiling) and libuv's. */
  readonly helpers: number
}

/**
 * CPU time of the threads of headcount, more exact than in its summaries. Node names its threads, and the first worker is the
 * monitor. Null if the threads have no such names.
 */
export function threadSeconds(pid: number): ThreadSeconds | null {
  const folder = `/proc/${pid}/task`
  const seconds = { main: 0, monitor: 0, pollers: 0, helpers: 0 }
  let workers = 0
  for (const tid of readdirSync(folder)
    .map(Number)
    .toSorted((a, b) => a - b)) {
    const name = readFileSync(`${folder}/${tid}/comm`, 'utf8').trim()
    const used = Number(readFileSync(`${folder}/${tid}/schedstat`, 'utf8').split(' ')[0]) / 1e9
    const worker = name === 'WorkerThread'
    if (worker) workers++
    const role = tid === pid ? 'main' : !worker ? 'helpers' : workers === 1 ? 'monitor' : 'pollers'
    seconds[role] += used
  }
  return workers < 2 ? null : seconds
}
