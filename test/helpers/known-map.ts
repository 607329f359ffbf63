import type { ResourceId } from '../../src/resource/resource.ts'
import { History } from '../../src/state/history.ts'
import { StateMap } from '../../src/state/map.ts'
import type { State } from '../../src/state/state.ts'

/** A map with a History that knows `urls`, and has taken in `states`. */
export function knownMap(urls: readonly string[], ...states: readonly State[]): StateMap {
  const map = new StateMap(new History())
  for (const [id, url] of urls.entries()) map.know(id as ResourceId, url)
  for (const state of states) map.set(state)
  return map
}
