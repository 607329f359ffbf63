import type { ResourceId } from '../resource/resource.ts'

/** Takes the changes of the lists. */
export interface ListConsumer {
  /** These Resources are new or have other labels. Resolves when their States may arrive. */
  register(ids: readonly ResourceId[]): Promise<void>
  /** These Resources have left the list. They are still in the table when it is called. Resolves when those who are told know it. */
  unregister(ids: readonly ResourceId[]): void | Promise<void>
  /** Poll these Resources, which are new in the table. */
  add(ids: readonly ResourceId[]): void
  /** Stop polling these Resources. */
  remove(ids: readonly ResourceId[]): void
  /** These Resources have changed: those of `withSettings` have other settings, the others only other labels. */
  update(ids: readonly ResourceId[], withSettings: readonly ResourceId[]): void
  /**
   * The settings of these Resources, which are few, have changed. Polls those at once that are not up: the settings may be the remedy.
   * Absent: they are polled at their time.
   */
  pollSoon?(ids: readonly ResourceId[]): void
}

/** Passes changes of the lists to the monitor, which registers URLs before their first State, and to the dispatcher. `settling` tells what a URL is shown as. */
export function listConsumer(
  monitor: Pick<ListConsumer, 'register' | 'unregister'>,
  dispatcher: Pick<ListConsumer, 'add' | 'remove'> &
    Record<'update' | 'pollSoon', (ids: readonly ResourceId[]) => void>,
  settling: { isDownOrUnknown(id: ResourceId): boolean },
): ListConsumer {
  return {
    register: (ids) => monitor.register(ids),
    unregister: (ids) => monitor.unregister(ids),
    add: (ids) => dispatcher.add(ids),
    remove: (ids) => dispatcher.remove(ids),
    update: (_, withSettings) => dispatcher.update(withSettings),
    pollSoon: (ids) => dispatcher.pollSoon(ids.filter((id) => settling.isDownOrUnknown(id))),
  }
}
