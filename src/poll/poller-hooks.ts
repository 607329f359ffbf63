import type { Resource, ResourceId } from '../resource/resource.ts'
import type { State } from '../state/state.ts'

/** Callbacks of a Poller. For each Resource it calls `state` before `complete`, which gives the Resource up. */
export interface PollerHooks {
  state(state: State): void
  complete(resource: Resource): void
  /** The poll of a suspect begins (see `accept`). */
  started(id: ResourceId): void
  /** A line for standard error. May hold text of a server: escape it before printing. */
  notice(line: string): void
  /** A server has refused this token of an OAuth2 client. */
  renew(client: string, refused: string): void
  /** The uplink of this machine counts as out, for this reason; null: it works again. May hold text of a server. */
  uplink(why: string | null): void
}
