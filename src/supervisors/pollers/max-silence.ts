import { HEARTBEAT_MS } from '../../threads/protocol.ts'

/** A poller that is silent for two deadlines has stalled: that long, from 4 s to 30 s, in whole heartbeats, in ms. */
export function maxSilenceMs(timeoutMs: number): number {
  return Math.ceil(Math.min(30_000, Math.max(4_000, 2 * timeoutMs)) / HEARTBEAT_MS) * HEARTBEAT_MS
}
