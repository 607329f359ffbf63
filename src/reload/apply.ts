import { setImmediate } from 'node:timers/promises'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/table.ts'
import { serializeLabels } from '../targets/labels.ts'
import type { Target } from '../targets/target.ts'
import type { Membership } from './membership.ts'
import type { ProfileNumbers } from './profile-numbers.ts'
import type { Difference } from './reading.ts'

/** Resources that change in one slice: a ms or two of work. */
const SLICE = 1_000

/** Who is told of changes, in this order. */
export interface Owner {
  /** These are new, or have other labels; resolves when their States can come. */
  know(ids: readonly ResourceId[]): Promise<void>
  /** These have left the list; they still have their rows. */
  forget(ids: readonly ResourceId[]): void
  /** These are new in the table: poll them. */
  add(ids: readonly ResourceId[]): void
  /** These have left: poll them no more. */
  remove(ids: readonly ResourceId[]): void
  /** These may have another cadence. */
  changed(ids: readonly ResourceId[]): void
}

/** What is changed by a difference. */
export interface Changed {
  readonly table: ResourceTable
  readonly profiles: ProfileNumbers
  readonly membership: Membership
  readonly owner: Owner
}

/** What came of it. */
export interface Applied {
  readonly fresh: number
  readonly gone: number
  readonly changed: number
  /** Those that it was the first to name, and that another source names still: the word of that one holds now. */
  readonly handed: readonly ResourceId[]
}

/** What came of it, for a person; '' for nothing. */
export function textOf({ fresh, gone, changed }: Applied): string {
  return [
    [fresh, 'new'],
    [gone, 'gone'],
    [changed, 'changed'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')
}

/** Changes the table and tells the owner, a slice at a time: polls go on between. What leaves goes before what comes. */
export async function apply(difference: Difference, source: number, to: Changed): Promise<Applied> {
  const { fresh, joined, changed, gone } = difference
  for (const id of joined) to.membership.add(id, source)
  const handed: ResourceId[] = []
  let left = 0
  for (const ids of slices(gone)) {
    left += leave(ids, source, to, handed)
    await setImmediate()
  }
  for (const targets of slices(changed)) {
    for (const [id, target] of targets) settle(id, target, to)
    const ids = targets.map(([id]) => id)
    to.owner.changed(ids)
    await to.owner.know(ids)
    await setImmediate()
  }
  for (const targets of slices(fresh)) {
    const ids = targets.map((target) => join(target, source, to))
    await to.owner.know(ids)
    to.owner.add(ids)
    await setImmediate()
  }
  return { fresh: fresh.length, gone: left, changed: changed.length, handed }
}

/** Says how many of them no source names any more; those that another one names from now on go to `handed`. */
function leave(
  ids: readonly ResourceId[],
  source: number,
  { membership, profiles, table, owner }: Changed,
  handed: ResourceId[],
): number {
  const left: ResourceId[] = []
  for (const id of ids) {
    const wasFirst = membership.isFirst(id, source)
    membership.remove(id, source)
    if (!membership.isListed(id)) left.push(id)
    else if (wasFirst) handed.push(id)
  }
  for (const id of left) {
    profiles.release(table.profile(id))
    table.setProfile(id, 0)
  }
  owner.forget(left)
  owner.remove(left)
  return left.length
}

/** The Resource of a target that is new: one that is still leaving stays, at once, or it might be gone before it is told of. */
function join(target: Target, source: number, to: Changed): ResourceId {
  const id = (to.table.add(target.url) ?? to.table.find(target.url)) as ResourceId
  to.table.setLeaving(id, false)
  to.membership.add(id, source)
  settle(id, target, to)
  return id
}

function settle(id: ResourceId, { overrides, labels }: Target, { profiles, table }: Changed): void {
  const before = table.profile(id)
  table.setProfile(id, profiles.take(overrides))
  profiles.release(before)
  table.setLabels(id, serializeLabels(labels))
}

function* slices<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += SLICE) yield items.slice(at, at + SLICE)
}
