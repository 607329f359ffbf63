import type { ListConsumer } from './apply-diff.ts'

/** Passes changes of the lists to the monitor, which registers URLs before their first State, and to the dispatcher. */
export function listConsumer(
  monitor: Pick<ListConsumer, 'register' | 'unregister'>,
  dispatcher: Pick<ListConsumer, 'add' | 'remove' | 'update'>,
): ListConsumer {
  return {
    register: (ids) => monitor.register(ids),
    unregister: (ids) => monitor.unregister(ids),
    add: (ids) => dispatcher.add(ids),
    remove: (ids) => dispatcher.remove(ids),
    update: (ids) => dispatcher.update(ids),
  }
}
