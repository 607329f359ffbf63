import type { ResourceId } from '../resource/resource.ts'
import { MAX_PARENTS } from '../resource/settling-rules.ts'
import type { Settling } from '../state/settling.ts'
import { StateBatch, unpackStates } from '../state/state-batch.ts'
import type { MonitorTarget } from './monitor-handler.ts'
import { passingMonitor } from './passing-monitor.ts'

/** What is known of parents; null: no URL has any. */
type KnownParents = Pick<Settling, 'isUp' | 'notUpAbove' | 'depth'> | null

/**
 * The monitor of a run that polls each URL once, as messages use it. A State waits until the parents of its URL are up, or for the end: a
 * parent that is down may be up at its retry, and its URLs are not polled again then. Bounded by the polls of the run.
 */
export function parentsFirst(monitor: MonitorTarget, known: () => KnownParents): MonitorTarget {
  /** By the parent that they wait for. */
  const waiting = new Map<ResourceId, StateBatch>()
  const receive = (states: ArrayBuffer, parents: NonNullable<KnownParents>) => {
    const ready = new StateBatch()
    unpackStates(states, (state) => {
      const above = parents.notUpAbove(state.id)
      if (above === null) return ready.add(state)
      const batch = waiting.get(above) ?? new StateBatch()
      waiting.set(above, batch)
      batch.add(state)
    })
    if (ready.size > 0) monitor.receiveStates(ready.take())
  }
  return passingMonitor(monitor, {
    receiveStates(states) {
      const parents = known()
      if (parents === null) return monitor.receiveStates(states)
      receive(states, parents)
      // A State that waited no longer may be what others wait for.
      for (let isAnyReady = true; isAnyReady;) {
        isAnyReady = false
        for (const [id, batch] of waiting) {
          if (!parents.isUp(id)) continue
          waiting.delete(id)
          receive(batch.take(), parents)
          isAnyReady = true
        }
      }
    },
    finish() {
      const byDepth = Array.from({ length: MAX_PARENTS + 1 }, () => new StateBatch())
      for (const batch of waiting.values())
        unpackStates(batch.take(), (state) => byDepth[known()?.depth(state.id) ?? 0]?.add(state))
      waiting.clear()
      for (const batch of byDepth) if (batch.size > 0) monitor.receiveStates(batch.take())
      return monitor.finish()
    },
  })
}
