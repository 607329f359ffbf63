import type { MessagePort } from 'node:worker_threads'
import type { ListConsumer } from '../reload/list-consumer.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { HandedOver } from '../schedule/handover.ts'

/** The parts of main that a cluster works with. */
export interface ClusterParts {
  readonly schedule: {
    readonly handover: {
      giveUp(id: ResourceId): boolean
      isLent(id: ResourceId): boolean
      stateOf(id: ResourceId): HandedOver
    }
  }
  readonly dispatcher: {
    pollOnTime(): void
    grow(): void
    adopt(resources: readonly HandedOver[]): void
    remove(ids: readonly ResourceId[]): void
  }
  readonly pollers: {
    readonly canPoll: boolean
    setLease(until: number, revoked: readonly ResourceId[]): void
    switchStatusPorts(): Promise<[poller: PollerNumber, status: MessagePort][]>
  }
  readonly monitor: Pick<ListConsumer, 'register' | 'unregister'> & {
    listen(poller: PollerNumber, status: MessagePort): void
  }
}

/** What a Cluster tells main: lines for standard error, and that it can't go on. */
export interface ClusterHooks {
  log(lines: string): void
  failed(error: Error): void
}
