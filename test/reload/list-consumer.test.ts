import test from 'ava'
import { listConsumer } from '../../src/reload/list-consumer.ts'
import { NOT_POLLED } from '../../src/resource/resource.ts'
import type { ResourceId, Url, Verdict } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { KnownSettling } from '../../src/state/known-settling.ts'

/** The URLs, by number, that are polled soon when the settings of all have changed. There is one for each list of verdicts, those of its polls; all have the rule. */
function polledSoon(
  rule: { readonly downAfter: number; readonly upAfter: number } | null,
  polls: readonly (readonly Verdict[])[],
): ResourceId[] {
  const table = new ResourceTable()
  const ids = polls.map((_, n) => table.add(`http://${n}.example/` as Url) as ResourceId)
  const settlingRules = () => (rule === null ? null : { ...rule, parent: null })
  const settling = new KnownSettling(table, { settles: rule !== null, settlingRules }, false)
  for (const id of ids)
    for (const verdict of polls[id] as readonly Verdict[]) {
      const polled = { ...table.read(id), dueAt: NOT_POLLED + 1, verdict }
      settling.returned([polled])
      table.write(polled)
    }
  const soon: ResourceId[] = []
  const monitor = { register: () => Promise.resolve(), unregister() {} }
  const dispatcher = {
    add() {},
    remove() {},
    update() {},
    pollSoon: (all: readonly ResourceId[]) => void soon.push(...all),
  }
  listConsumer(monitor, dispatcher, settling).pollSoon?.(ids)
  return soon
}

test('of URLs with new settings, those are polled soon that are down or unknown', (t) => {
  t.deepEqual(polledSoon(null, [['up'], ['down'], ['unknown'], [], ['down', 'up']]), [1, 2])
})

test('a URL is polled soon if it is shown as down or unknown, whatever its last poll found', (t) => {
  const polls: Verdict[][] = [
    ['up', 'down'],
    ['up', 'down', 'down'],
    ['down', 'up'],
    ['down', 'up', 'up'],
    ['up', 'unknown'],
  ]
  t.deepEqual(polledSoon({ downAfter: 2, upAfter: 2 }, polls), [1, 2, 4])
})
