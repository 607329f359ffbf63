import { counted } from '../../resource/counted.ts'
import {
  DEFAULT_CONCURRENCY,
  localPorts,
  maxPollsByDescriptors,
  maxPollsByMemory,
  maxPollsByPorts,
} from './limits.ts'

/** What this process may use. Memory in bytes. */
export interface Budget {
  readonly descriptors: number
  readonly memory: number
  readonly poolSize: number
}

/**
 * The number of polls in flight per poller: `wanted`, or by default as many as there is room for. The notice is for the user when
 * the machine has room for fewer than wanted or than the default.
 */
export function roomPerPoller(
  wanted: number | null,
  { descriptors, memory, poolSize }: Budget,
): { concurrency: number; notice: string | null } {
  const ports = localPorts()
  const limits: [room: number, resource: string][] = [
    [maxPollsByDescriptors(descriptors, poolSize), `${descriptors} descriptors (ulimit -n)`],
    [maxPollsByPorts(ports, poolSize), `${ports} local ports (net.ipv4.ip_local_port_range)`],
    [maxPollsByMemory(memory, poolSize), `${Math.round(memory / 1e6)} MB of memory`],
  ]
  const [room, resource] = limits.reduce((least, each) => (each[0] < least[0] ? each : least))
  const concurrency = wanted ?? Math.min(DEFAULT_CONCURRENCY, room)
  if (concurrency <= room && room >= DEFAULT_CONCURRENCY) return { concurrency, notice: null }
  const notice =
    `${resource} are enough for ${counted(room, 'poll')} in flight per poller; ` +
    `--pool-size is ${poolSize}, --concurrency is ${concurrency}`
  return { concurrency, notice }
}
