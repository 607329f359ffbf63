import { setImmediate } from 'node:timers/promises'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { serializeLabels } from '../targets/serialize-labels.ts'
import type { Target } from '../targets/target.ts'
import type { Membership } from './membership.ts'
import type { BoundedProfiles } from './bounded-profiles.ts'
import type { ListDiff } from './list-comparison.ts'
import type { ListConsumer } from './list-consumer.ts'

/** How many Resources change in one slice, which takes a ms or two. */
const SLICE_SIZE = 1_000
/** If more Resources than this change together, none of them is polled ahead of its time. */
const MAX_POLLED_SOON = 100

/** What `applyDiff` changes. */
export interface ApplyContext {
  readonly table: ResourceTable
  readonly profiles: Pick<BoundedProfiles, 'acquire' | 'tryAcquire' | 'release'>
  readonly membership: Membership
  readonly consumer: ListConsumer
  /** Has those leave that are to leave later, since their sets are in the way of others. */
  readonly makeRoom?: () => Promise<void>
}

/** How many Resources were changed. */
export interface ApplyResult {
  readonly added: number
  readonly removed: number
  readonly changed: number
  /** Resources that the source named first and no longer names, but another source does. What that one says counts now. */
  readonly handedOver: readonly ResourceId[]
}

/** The result as a text: `1 new, 2 gone`; '' if nothing has changed. */
export function summaryText({ added, removed, changed }: ApplyResult): string {
  return [
    [added, 'new'],
    [removed, 'gone'],
    [changed, 'changed'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')
}

type Changed = ListDiff['changed'][number]

/** Changes the table and calls the consumer, in slices, with polls in between. Resources that leave are removed first. */
export async function applyDiff(
  difference: Pick<ListDiff, 'added' | 'joined' | 'changed' | 'removed'>,
  source: number,
  context: ApplyContext,
): Promise<ApplyResult> {
  const { added, joined, changed, removed } = difference
  for (const id of joined) context.membership.add(id, source)
  const handedOver: ResourceId[] = []
  let left = 0
  for (const ids of slices(removed)) {
    const { count, told } = removeTargets(ids, source, context, handedOver)
    left += count
    await told
    await setImmediate()
  }
  // Those whose new sets find no room keep the old ones until every old set that can go has gone.
  const waiting: Changed[] = []
  const resettled: ResourceId[] = []
  for (const targets of slices(changed)) {
    const done: ResourceId[] = []
    const withSettings: ResourceId[] = []
    for (const one of targets) {
      const [id] = one
      const before = context.table.profile(id)
      if (!changeRow(one, context)) waiting.push(one)
      else {
        done.push(id)
        if (context.table.profile(id) !== before) withSettings.push(id)
      }
    }
    resettled.push(...withSettings)
    await tellChanged(done, withSettings, context)
  }
  if (waiting.length > 0) await context.makeRoom?.()
  const late = changeTogether(waiting, context).map(([id]) => id)
  // All are told before the first of them is polled.
  await Promise.all([...slices(late)].map((ids) => tellChanged(ids, ids, context)))
  const count = changed.length - waiting.length + late.length
  // The monitor knows their new settings now.
  context.consumer.pollSoon?.(count <= MAX_POLLED_SOON ? [...resettled, ...late] : [])
  for (const targets of slices(added)) {
    const ids: ResourceId[] = []
    for (const target of targets) {
      let number = context.profiles.tryAcquire(target.overrides)
      if (number === null) await context.makeRoom?.()
      number ??= context.profiles.acquire(target.overrides)
      ids.push(addTarget(target, number, source, context))
    }
    await context.consumer.register(ids)
    context.consumer.add(ids)
    await setImmediate()
  }
  return { added: added.length, removed: left, changed: count, handedOver }
}

/** Removes targets from a source. Returns how many Resources have left the list, and when all know it; adds the others to `handedOver`. */
function removeTargets(
  ids: readonly ResourceId[],
  source: number,
  context: ApplyContext,
  handedOver: ResourceId[],
): { readonly count: number; readonly told: void | Promise<void> } {
  const { membership, consumer } = context
  const left: ResourceId[] = []
  for (const id of ids) {
    const wasFirst = membership.isFirst(id, source)
    membership.remove(id, source)
    if (!membership.isListed(id)) left.push(id)
    else if (wasFirst) handedOver.push(id)
  }
  for (const id of left) dropProfile(id, context)
  const told = consumer.unregister(left)
  consumer.remove(left)
  return { count: left.length, told }
}

/** Makes the Resource of a new target, with the number of its settings, or keeps the one that is leaving, which could otherwise be removed at any time. */
function addTarget(target: Target, number: number, source: number, context: ApplyContext): ResourceId {
  const id = (context.table.add(target.url) ?? context.table.find(target.url)) as ResourceId
  context.table.setLeaving(id, false)
  context.membership.add(id, source)
  setRow(id, number, target, context)
  return id
}

/** Returns false, and changes nothing, if there is no room for the settings of the target. */
function changeRow([id, target]: Changed, context: ApplyContext): boolean {
  const number = context.profiles.tryAcquire(target.overrides)
  if (number === null) return false
  setRow(id, number, target, context)
  return true
}

/** Gives a Resource the number of its settings, which was acquired for it, and its labels. */
function setRow(id: ResourceId, number: number, { labels }: Target, context: ApplyContext): void {
  dropProfile(id, context)
  context.table.setProfile(id, number)
  context.table.setLabels(id, serializeLabels(labels))
}

function dropProfile(id: ResourceId, { profiles, table }: ApplyContext): void {
  profiles.release(table.profile(id))
  table.setProfile(id, 0)
}

/**
 * Releases the old sets of all these rows before the first new one is taken: together they may be more than are allowed. In one slice,
 * since no row may be polled without its settings. Returns those that are different now.
 */
function changeTogether(rows: readonly Changed[], context: ApplyContext): Changed[] {
  const { profiles, table } = context
  const hadSettings = new Set(rows.filter(([id]) => table.profile(id) !== 0))
  for (const [id] of rows) dropProfile(id, context)
  return rows.filter((row) => {
    const [id, target] = row
    const labelsBefore = table.labels(id)
    setRow(id, profiles.acquire(target.overrides), target, context)
    return hadSettings.has(row) || table.profile(id) !== 0 || table.labels(id) !== labelsBefore
  })
}

/** Tells the consumer that Resources have changed, and the settings of some of them. */
async function tellChanged(
  ids: readonly ResourceId[],
  withSettings: readonly ResourceId[],
  { consumer }: ApplyContext,
): Promise<void> {
  if (ids.length === 0) return
  consumer.update(ids, withSettings)
  await consumer.register(ids)
  await setImmediate()
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += SLICE_SIZE) yield items.slice(at, at + SLICE_SIZE)
}
