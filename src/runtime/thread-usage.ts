import { readFileSync, readlinkSync } from 'node:fs'

/** What a thread does, as the system counts it. */
export interface ThreadUsage {
  /** It runs, or would if a core were free. */
  readonly runnable: boolean
  /** CPU time since its start, in ms. */
  readonly cpuMs: number
}

/** Linux counts the CPU time of a thread in hundredths of a second, on every machine. */
const TICK_MS = 10

/** The system's number of the thread that calls; null where it is not Linux. */
export function currentThreadId(): number | null {
  try {
    // PID/task/TID
    return Number(readlinkSync('/proc/thread-self').split('/')[2])
  } catch {
    return null // No such file.
  }
}

/** What a thread of this process does now; null when that can't be known. */
export function threadUsage(threadId: number | null): ThreadUsage | null {
  if (threadId === null) return null
  try {
    const stat = readFileSync(`/proc/self/task/${threadId}/stat`, 'latin1')
    // Behind the thread's name, which may hold anything: state, and eleven fields later the time for itself and for the system.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { runnable: fields[0] === 'R', cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS }
  } catch {
    return null // It has ended.
  }
}
