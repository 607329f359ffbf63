import { readdirSync, readFileSync } from 'node:fs'

// What Linux tells of a process: proc_pid_stat(5), proc_pid_status(5), scheduler/sched-stats of the kernel's documentation.

/** Clock ticks a second in /proc: the same on every Linux that Node runs on. */
const TICKS = 100

/** CPU time that the whole process has used, in s: its threads of all kinds, in user mode and in the kernel. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command's name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** The most memory that it has had resident, in bytes. */
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
 * CPU time of each thread of a headcount, to the ns and of this moment, where its own summaries have it by the second. Node
 * names its threads, and the monitor's is the first worker. Null where threads have no such names.
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
