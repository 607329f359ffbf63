import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

const KEY = 'headcount: process start'

/**
 * When the process started, in seconds since 1970. It is computed once: the time of the day and the uptime are read one after the other, and the
 * clock can be set, but a start that changes means a restart to who watches it. Threads that are started after the first call are told
 * what it returned.
 */
export function processStart(): number {
  const known = getEnvironmentData(KEY)
  if (typeof known === 'number') return known
  const start = Math.round(Date.now() - process.uptime() * 1000) / 1000
  setEnvironmentData(KEY, start)
  return start
}
