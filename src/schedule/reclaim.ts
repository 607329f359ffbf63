import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { DueResources } from './due-resources.ts'
import type { Handover } from './handover.ts'
import { ASLEEP, AT_POLLER, DUE } from './holders.ts'
import type { Holders } from './holders.ts'
import type { PollCounter } from './poll-counter.ts'
import type { Reclaimed } from './suspects.ts'
import type { SleepingResources } from './sleeping-resources.ts'

/** The parts of a schedule that the death of a poller concerns. */
interface Parts {
  readonly table: ResourceTable
  readonly holders: Holders
  readonly sleeping: SleepingResources
  readonly due: DueResources
  readonly handover: Handover
  readonly counter: PollCounter
}

/** See `Schedule.reclaim`. */
export function reclaim(
  parts: Parts,
  poller: number,
  now: number,
  suspectsInFlight: ReadonlySet<ResourceId>,
): Reclaimed {
  const { table, holders, sleeping, due, handover } = parts
  let count = 0
  const setAside: ResourceId[] = []
  for (const id of table.ids()) {
    if (holders.of(id) !== AT_POLLER + poller) continue
    count++
    due.release(id)
    sleeping.takeChange(id)
    if (handover.isUnwanted(id)) handover.letGo(id)
    else if (due.strike(id, suspectsInFlight.has(id))) setAside.push(id)
    else {
      holders.move(id, DUE)
      due.add(id)
    }
  }
  for (const id of setAside) setAsideFor(parts, id, now)
  if (suspectsInFlight.size === 0) due.clearStrikes()
  return { count, setAside }
}

function setAsideFor({ table, holders, sleeping, counter }: Parts, id: ResourceId, now: number): void {
  counter.leftPending(table.verdict(id))
  table.write({ ...table.read(id), verdict: 'unknown' })
  holders.move(id, ASLEEP)
  sleeping.addSetAside(id, now)
}
