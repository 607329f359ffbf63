import { threadCpuMs } from '../../runtime/cpu.ts'
import { processStart } from '../../runtime/process-start.ts'
import { residentBytes } from '../../runtime/resident-bytes.ts'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import type { ProcessFacts } from '../../metrics/total-points.ts'

/** What the process says of itself now. */
export async function processFacts(): Promise<ProcessFacts> {
  const { user, system } = process.cpuUsage()
  return {
    cpuSeconds: (user + system) / 1e6,
    webCpuMs: threadCpuMs(),
    residentBytes: residentBytes(),
    startedAt: processStart(),
    openFds: await openFds(),
    maxFds: maxFds(),
  }
}

async function openFds(): Promise<number | null> {
  try {
    return (await readdir('/proc/self/fd')).length
  } catch {
    return null // Not Linux.
  }
}

function maxFds(): number | null {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? null : Number(limit)
  } catch {
    return null // Not Linux.
  }
}
