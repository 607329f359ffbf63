import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

/** Polls in flight per poller where nothing stands against it. */
export const DEFAULT_CONCURRENCY = 512

/** Descriptors that are not for polls: standard streams, lists, the threads' own, look-ups. */
export const RESERVED_DESCRIPTORS = 128

/** Descriptors that one poll may need: two addresses dialled at once. */
const DESCRIPTORS_PER_POLL = 2

/** Memory of the program itself, of each poller, of each poll in flight and of each connection that is kept, in bytes. */
export const BASE_BYTES = 150e6
export const POLLER_BYTES = 45e6
const POLL_BYTES = 60e3
export const KEPT_CONNECTION_BYTES = 25e3

/** However little memory there seems to be, a poller has so many polls in flight. */
const MIN_POLLS = 16

/** Poller threads by default: one for each core but one, which main and the monitor share. */
export function defaultPoolSize(): number {
  return Math.max(1, cores() - 1)
}

/** Processors that this process may use: libuv reads the affinity mask and, since 1.49, the quota of its cgroup. */
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

/** Memory that this process may use, in bytes: the machine's, or less where its cgroup (v1 or v2) says so. */
export function memoryLimit(): number {
  // 0 where it is not known, and more than there is where it is not limited.
  const group = process.constrainedMemory()
  return group > 0 ? Math.min(group, totalmem()) : totalmem()
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

/** Descriptors that are open before the first poll: Node's own, those of main and the monitor, a list, look-ups. */
const BASE_DESCRIPTORS = 36

/** Descriptors of a poller's thread itself. */
const DESCRIPTORS_PER_POLLER = 6

/** So few descriptors let `poolSize` pollers start, each with one poll in flight. Measured on Linux with Node 26: 28 + 5 for each. */
export function neededDescriptors(poolSize: number): number {
  return BASE_DESCRIPTORS + (DESCRIPTORS_PER_POLLER + DESCRIPTORS_PER_POLL) * poolSize
}

/** Polls in flight that each of `poolSize` pollers has descriptors for. */
export function maxPollsByDescriptors(descriptors: number, poolSize: number): number {
  return Math.max(1, Math.floor((descriptors - RESERVED_DESCRIPTORS) / DESCRIPTORS_PER_POLL / poolSize))
}

/** Polls in flight that each of `poolSize` pollers has memory for. */
export function maxPollsByMemory(memory: number, poolSize: number): number {
  const free = memory - BASE_BYTES - POLLER_BYTES * poolSize
  return Math.max(MIN_POLLS, Math.floor(free / POLL_BYTES / poolSize))
}

/** Polls in flight that each of `poolSize` pollers has local ports for, should all go to one address; 0 `ports`: not known. */
export function maxPollsByPorts(ports: number, poolSize: number): number {
  return ports === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(ports / poolSize))
}

/** Connections that a poller keeps between polls, at most: about 25 KB each. */
const MAX_KEPT_CONNECTIONS = 16_384

/**
 * Connections that each of `poolSize` pollers may keep between polls, beside `concurrency` polls in flight. They may take
 * half of the memory.
 */
export function keptConnectionsPerPoller(
  descriptors: number,
  poolSize: number,
  concurrency: number,
  memory = Number.POSITIVE_INFINITY,
): number {
  const free =
    Math.floor((descriptors - RESERVED_DESCRIPTORS) / poolSize) - concurrency * DESCRIPTORS_PER_POLL
  const most = Math.min(MAX_KEPT_CONNECTIONS, Math.floor(memory / 2 / KEPT_CONNECTION_BYTES / poolSize))
  return Math.min(most, Math.max(Math.ceil(concurrency / 2), free))
}
