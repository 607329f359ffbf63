import type { MessagePort } from 'node:worker_threads'
import type { MainStats } from '../../print/text/summary.ts'
import type { PollerNumber } from '../../resource/poller-number.ts'

/** What a restart of the monitor needs from main. */
export interface RestartHooks {
  stats(): MainStats
  /** Polls done so far. */
  polls(): number
  /** Has each poller send its States to a new port. Resolves with the monitor's ends when no more come the old way. */
  switchStatusPorts(): Promise<[poller: PollerNumber, status: MessagePort][]>
}
