import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

/** Polls in flight per poller, if no limit is lower. */
export const DEFAULT_CONCURRENCY = 512

/** Descriptors that polls cannot use: standard streams, lists, those of the threads, name lookups. */
export const RESERVED_DESCRIPTORS = 128

/** Descriptors that the web thread opens itself, besides its connections. */
const WEB_FILES = 32

/** The fewest and the most connections to the web thread at the same time. Each probe has one, and 2,048 probes may wait. */
const MIN_WEB_CONNECTIONS = 256
export const MAX_WEB_CONNECTIONS = 2_304

/** Descriptors per poll: it may dial two addresses at once. */
const DESCRIPTORS_PER_POLL = 2

/** Memory of the program, of each poller, of each poll in flight and of each kept connection, in bytes. */
export const BASE_BYTES = 150e6
export const POLLER_BYTES = 45e6
const POLL_BYTES = 60e3
export const KEPT_CONNECTION_BYTES = 25e3

/** The least polls in flight per poller, however little memory there seems to be. */
const MIN_POLLS = 16

/** Poller threads by default: one per core, minus one core for main and the monitor. */
export function defaultPoolSize(): number {
  return Math.max(1, cores() - 1)
}

/** Cores that this process may use: libuv reads the affinity mask and, since 1.49, the quota of the cgroup. */
export function cores(): number {
  return availableParallelism()
}

/** Local ports for connections to one address; 0 if the system does not tell (anything but Linux). */
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

/** Memory that this process may use, in bytes: that of the machine, or the limit of its cgroup (v1 or v2). */
export function memoryLimit(): number {
  // 0 if not known, and more than the machine has if there is no limit.
  const group = process.constrainedMemory()
  return group > 0 ? Math.min(group, totalmem()) : totalmem()
}

/** Descriptors that this process may have open; Infinity if not limited or not known. */
export function descriptorLimit(): number {
  const { report } = process
  // The network part of a report may look names up.
  Object.assign(report, { excludeNetwork: true, excludeEnv: true })
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files?: { soft?: number | 'unlimited' } }
  }
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY
}

/** Descriptors that are open before the first poll: those of Node, main and the monitor, a list, name lookups. */
const BASE_DESCRIPTORS = 36

/** Descriptors of a poller thread itself. */
const DESCRIPTORS_PER_POLLER = 6

/** The descriptors that `poolSize` pollers need, each with one poll in flight. Measured on Linux with Node 26: 28, plus 5 per poller. */
export function neededDescriptors(poolSize: number): number {
  return BASE_DESCRIPTORS + (DESCRIPTORS_PER_POLLER + DESCRIPTORS_PER_POLL) * poolSize
}

/** The polls in flight per poller that `descriptors` allow. */
export function maxPollsByDescriptors(descriptors: number, poolSize: number): number {
  return Math.max(1, Math.floor((descriptors - RESERVED_DESCRIPTORS) / DESCRIPTORS_PER_POLL / poolSize))
}

/** The polls in flight per poller that `memory` allows. */
export function maxPollsByMemory(memory: number, poolSize: number): number {
  const free = memory - BASE_BYTES - POLLER_BYTES * poolSize
  return Math.max(MIN_POLLS, Math.floor(free / POLL_BYTES / poolSize))
}

/** The polls in flight per poller that `ports` allow if all go to one address. 0 ports: not known, no limit. */
export function maxPollsByPorts(ports: number, poolSize: number): number {
  return ports === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(ports / poolSize))
}

/** Connections to the web thread at the same time, and the descriptors that it may take: a quarter of all, within bounds. */
export function webRoom(descriptors: number): { readonly connections: number; readonly descriptors: number } {
  const quarter = Math.floor(descriptors / 4)
  const connections = Math.max(MIN_WEB_CONNECTIONS, Math.min(MAX_WEB_CONNECTIONS, quarter))
  return { connections, descriptors: connections + WEB_FILES }
}

/** The most connections that a poller keeps between polls: about 25 KB each. */
const MAX_KEPT_CONNECTIONS = 16_384

/** Connections that each poller can keep between polls, in addition to `concurrency` polls in flight. They can take half of the memory. */
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
