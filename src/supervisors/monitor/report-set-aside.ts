import { escapeText } from '../../print/text/escape.ts'
import type { PollerNumber } from '../../resource/poller-number.ts'
import type { ResourceTable } from '../../resource/resource-table.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { setAsideState } from '../../state/set-aside-state.ts'
import { StateBatch } from '../../state/state-batch.ts'

/** A URL is cut at this length, in UTF-16 units. */
const MAX_URL_LENGTH = 500

/**
 * Reports Resources that are not polled for a while because their polls killed pollers: a line for each, and a State for each as
 * the monitor receives them. `poller` is the last one that was lost.
 */
export function reportSetAside(
  ids: readonly ResourceId[],
  poller: PollerNumber,
  list: ResourceTable,
  log: (line: string) => void,
): ArrayBuffer {
  const states = new StateBatch()
  for (const id of ids) {
    const url = escapeText(list.displayName(id), MAX_URL_LENGTH)
    log(`${url}: set aside for an hour: each time it was polled, its poller was lost\n`)
    states.add(setAsideState(list.read(id), Date.now(), poller))
  }
  return states.take()
}
