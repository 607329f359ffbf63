import type { Resource, ResourceId } from '../resource/resource.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import type { PollDependencies } from './poll-runner.ts'
import type { Judgement } from './verdict/judge.ts'

/** The id of the Resource of a probe: it is in no table and goes back to nobody. */
export const NO_ID = -1 as ResourceId

/** What probes share with the polls of a poller. */
export interface Probing extends PollDependencies {
  readonly options: PollOptions
  /** Makes a probe when the origin of its Resource has its turn. It must not throw. */
  readonly enqueue: (resource: Resource, probe: () => Promise<Judgement>) => void
}
