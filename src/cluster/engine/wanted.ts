import { setImmediate as nextTurn } from 'node:timers/promises'
import { batchLimit, makeBatches } from '../share/make-batches.ts'
import { textKey } from '../share/text-hash.ts'
import type { TargetText } from './messages.ts'

/** After so many batches, what waits has its turn: a list of a million URLs takes seconds, and leases have to be renewed meanwhile. */
const BATCHES_A_TURN = 16

/** A URL of the lists. */
export interface Listed {
  readonly url: string
  readonly origin: string
  readonly target: TargetText
}

/** A batch as it is to be: its definition is a JSON array of TargetTexts, in the order of their URLs. */
export interface Wanted {
  readonly version: string
  readonly definition: string
  readonly urls: readonly string[]
}

/** Divides what is listed now into batches, by their ids. What changes while that is done is left out. */
export async function wantedBatches(listed: ReadonlyMap<string, Listed>): Promise<Map<string, Wanted>> {
  const wanted = new Map<string, Wanted>()
  for (const { id, items } of makeBatches(listed.values(), batchLimit(listed.size))) {
    const sorted = items.toSorted((one, other) => (one.url < other.url ? -1 : 1))
    const definition = `[${sorted.map(({ target }) => target).join()}]`
    wanted.set(id, { definition, version: textKey(definition), urls: sorted.map(({ url }) => url) })
    if (wanted.size % BATCHES_A_TURN === 0) await nextTurn()
  }
  return wanted
}
