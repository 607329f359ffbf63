import { setImmediate } from 'node:timers/promises'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { serializeLabels } from '../targets/serialize-labels.ts'
import type { Target } from '../targets/target.ts'
import type { Membership } from './membership.ts'
import type { ProfileRegistry } from '../settings/profiles.ts'
import type { ListDiff } from './list-comparison.ts'

/** Resources that change in one slice: a ms or two of work. */
const SLICE_SIZE = 1_000

/** Who is told of changes, in this order. */
export interface ListConsumer {
  /** These are new, or have other labels; resolves when their States can come. */
  register(ids: readonly ResourceId[]): Promise<void>
  /** These have left the list; they still have their rows. */
  unregister(ids: readonly ResourceId[]): void
  /** These are new in the table: poll them. */
  add(ids: readonly ResourceId[]): void
  /** These have left: poll them no more. */
  remove(ids: readonly ResourceId[]): void
  /** These may have another cadence. */
  update(ids: readonly ResourceId[]): void
}

/** What is changed by a difference. */
export interface ApplyContext {
  readonly table: ResourceTable
  readonly profiles: ProfileRegistry
  readonly membership: Membership
  readonly consumer: ListConsumer
}

/** What came of it. */
export interface ApplyResult {
  readonly added: number
  readonly removed: number
  readonly changed: number
  /** Those that it was the first to name, and that another source names still: the word of that one holds now. */
  readonly handedOver: readonly ResourceId[]
}

/** What came of it, for a person; '' for nothing. */
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

/** Changes the table and tells the owner, a slice at a time: polls go on between. What leaves goes before what comes. */
export async function apply(
  difference: ListDiff,
  source: number,
  context: ApplyContext,
): Promise<ApplyResult> {
  const { added, joined, changed, removed } = difference
  for (const id of joined) context.membership.add(id, source)
  const handedOver: ResourceId[] = []
  let left = 0
  for (const ids of slices(removed)) {
    left += removeTargets(ids, source, context, handedOver)
    await setImmediate()
  }
  for (const targets of slices(changed)) {
    for (const [id, target] of targets) updateRow(id, target, context)
    const ids = targets.map(([id]) => id)
    context.consumer.update(ids)
    await context.consumer.register(ids)
    await setImmediate()
  }
  for (const targets of slices(added)) {
    const ids = targets.map((target) => addTarget(target, source, context))
    await context.consumer.register(ids)
    context.consumer.add(ids)
    await setImmediate()
  }
  return { added: added.length, removed: left, changed: changed.length, handedOver }
}

/** Says how many of them no source names any more; those that another one names from now on go to `handed`. */
function removeTargets(
  ids: readonly ResourceId[],
  source: number,
  { membership, profiles, table, consumer }: ApplyContext,
  handedOver: ResourceId[],
): number {
  const left: ResourceId[] = []
  for (const id of ids) {
    const wasFirst = membership.isFirst(id, source)
    membership.remove(id, source)
    if (!membership.isListed(id)) left.push(id)
    else if (wasFirst) handedOver.push(id)
  }
  for (const id of left) {
    profiles.release(table.profile(id))
    table.setProfile(id, 0)
  }
  consumer.unregister(left)
  consumer.remove(left)
  return left.length
}

/** The Resource of a target that is new: one that is still leaving stays, at once, or it might be gone before it is told of. */
function addTarget(target: Target, source: number, context: ApplyContext): ResourceId {
  const id = (context.table.add(target.url) ?? context.table.find(target.url)) as ResourceId
  context.table.setLeaving(id, false)
  context.membership.add(id, source)
  updateRow(id, target, context)
  return id
}

function updateRow(id: ResourceId, { overrides, labels }: Target, { profiles, table }: ApplyContext): void {
  const before = table.profile(id)
  table.setProfile(id, profiles.acquire(overrides))
  profiles.release(before)
  table.setLabels(id, serializeLabels(labels))
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += SLICE_SIZE) yield items.slice(at, at + SLICE_SIZE)
}
