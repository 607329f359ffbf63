import { readFileSync, readlinkSync } from 'node:fs'

/** What a thread does, as the system reports it. */
export interface ThreadUsage {
  /** Whether it runs, or would run if a core were free. */
  readonly runnable: boolean
  /** CPU time since its start, in ms. */
  readonly cpuMs: number
}

/** Linux reports the CPU time of a thread in hundredths of a second, on every machine. */
const TICK_MS = 10

/** The system's number of the calling thread; null except on Linux. */
export function currentThreadId(): number | null {
  try {
    // PID/task/TID
    return Number(readlinkSync('/proc/thread-self').split('/')[2])
  } catch {
    return null // No such file.
  }
}

/** What a thread of this process does now; null where that is not known. */
export function threadUsage(threadId: number | null): ThreadUsage | null {
  if (threadId === null) return null
  try {
    const stat = readFileSync(`/proc/self/task/${threadId}/stat`, 'latin1')
    // After the thread's name, which may contain anything: its state and, eleven fields later, user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { runnable: fields[0] === 'R', cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS }
  } catch {
    return null // It has ended.
  }
}
