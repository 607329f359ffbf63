import type { ResourceId } from '../../src/resource/resource.ts'
import { RecentPolls } from '../../src/state/recent-polls.ts'
import { StateMap } from '../../src/state/state-map.ts'
import type { State } from '../../src/state/state.ts'
import { serializeLabels } from '../../src/targets/serialize-labels.ts'
import type { Labels } from '../../src/targets/target.ts'

/** A map with RecentPolls that knows `urls`, and has taken in `states`. */
export function stateMapOf(urls: readonly string[], ...states: readonly State[]): StateMap {
  const map = new StateMap(new RecentPolls())
  for (const [id, url] of urls.entries()) map.add(id as ResourceId, url)
  for (const state of states) map.set(state)
  return map
}

/** Has it know the labels of a URL that it knows already. */
export function setLabels(map: StateMap, id: number, labels: Labels): void {
  const known = { generation: 0, verdict: 'pending', errCount: 0, labels: serializeLabels(labels) } as const
  map.add(id as ResourceId, map.url(id as ResourceId), known)
}

/** Names and values that are hard to hold: a name that objects have already, quotes, escapes, what a spreadsheet runs. */
export const HARD_LABELS: Labels = Object.fromEntries([
  ['team', 'web'],
  ['__proto__', 'polluted'],
  ['constructor', '<&"\'>'],
  ['e\u001b[2J', '=1,"2"\u202e'],
])
