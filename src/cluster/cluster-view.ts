import type { ClusterEvent } from './engine/messages.ts'

/** A machine that was heard within this time is up, in ms. */
const UP_MS = 3_000

/** What the cluster thread says of the cluster. */
export type ClusterStatus = Extract<ClusterEvent, { type: 'status' }>

/** A cluster, as one machine sees it. */
export interface ClusterView {
  /** There is contact with the server. If not, only this machine is known, or none when its cluster thread has died. */
  readonly isReady: boolean
  readonly machines: readonly {
    readonly name: string
    /** '' for that without a name. */
    readonly zone: string
    readonly isUp: boolean
    readonly urls: number
    readonly batches: number
    /** It makes the plan. */
    readonly plans: boolean
    /** It tells people of alerts. */
    readonly alerts: boolean
    /** It was told to hand everything over. */
    readonly isDrained: boolean
    /** It can take batches: it knows the plan, and its main and a poller run. */
    readonly canPoll: boolean
  }[]
}

/** A cluster from what was said of it last; null: nothing yet. */
export function clusterView(status: ClusterStatus | null): ClusterView {
  const { isReady = false, machines = [] } = status ?? {}
  // This machine is the first of them. Without the server, nothing is heard of the others.
  const known = isReady ? machines : machines.slice(0, 1)
  return {
    isReady,
    machines: known.map(
      ({ name, zone, ageMs, urls, batches, plans, alerts, isDrained, isReady: canPoll }) => ({
        name,
        zone,
        isUp: ageMs < UP_MS,
        urls,
        batches,
        plans,
        alerts,
        isDrained,
        canPoll,
      }),
    ),
  }
}
