import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Polls in flight per poller where nothing stands against it. */
export const CONCURRENCY = 512

/** Descriptors that are not for polls: standard streams, lists, the threads' own, look-ups. */
export const RESERVED = 128

/** Descriptors that one poll may need: two addresses dialled at once. */
const PER_POLL = 2

/** Poller threads by default: one for each core but one, which main and the monitor share. */
export function defaultPoolSize(): number {
  return Math.max(1, cores() - 1)
}

/** Processors that this process may use. */
export function cores(): number {
  return availableParallelism()
}

/** Local ports that connections to one address can go out from; 0 where the system does not say (it is not Linux). */
export function localPorts(): number {
  try {
    const [low, high] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .trim()
      .split(/\s+/)
      .map(Number)
    return low === undefined || high === undefined ? 0 : high - low + 1
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

/** How many descriptors this process may have open; Infinity where that is not limited or not known. */
export function descriptorLimit(): number {
  const { report } = process
  // What it says of the network can mean look-ups of names.
  Object.assign(report, { excludeNetwork: true, excludeEnv: true })
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files?: { soft?: number | 'unlimited' } }
  }
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY
}

/** Polls in flight that each of `poolSize` pollers has descriptors for. */
export function roomPerPoller(descriptors: number, poolSize: number): number {
  return Math.max(1, Math.floor((descriptors - RESERVED) / PER_POLL / poolSize))
}

/** Connections that a poller keeps between polls, at most: about 25 KB each. */
const MOST_KEPT = 16_384

/** Connections that each of `poolSize` pollers may keep between polls, beside `concurrency` polls in flight. */
export function keptPerPoller(descriptors: number, poolSize: number, concurrency: number): number {
  const free = Math.floor((descriptors - RESERVED) / poolSize) - concurrency * PER_POLL
  return Math.min(MOST_KEPT, Math.max(Math.ceil(concurrency / 2), free))
}
