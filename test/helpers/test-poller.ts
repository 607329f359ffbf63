import { flagsOf } from '../../src/command/flag-table.ts'
import { monotonicMs } from '../../src/runtime/clock.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { mergeOverrides } from '../../src/settings/url-options.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { Poller } from '../../src/poll/poller.ts'
import { unpolledResource } from '../../src/resource/resource.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import type { State } from '../../src/state/state.ts'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { LOCAL_CAUSES } from '../../src/state/local-causes.ts'

/** The defaults, with a deadline that a test can wait for and a busy machine can meet: a thread may stand still for a second there. */
export function pollOptions(different: Partial<PollOptions> = {}): PollOptions {
  const { url, poller } = flagsOf(new Map())
  return {
    ...url,
    ...poller,
    timeoutMs: 20_000,
    userAgent: 'headcount/test',
    keptConnections: 64,
    tls: { ca: null },
    concurrency: 64,
    ...different,
  }
}

/** The detail of a poll whose thread stood still: it ends in what was found all the same. */
const STALLED = new RegExp(
  `^${LOCAL_CAUSES['thread-stalled'].text} for \\d+ ms(?: in all)? \\((\\S+): (.*)\\)$`,
)

/** What a State would have said if the thread had not stood still. */
export function withoutStall<Some extends { readonly detail: string }>(state: Some): Some {
  const [, reason = '', detail = ''] = STALLED.exec(state.detail) ?? []
  return reason === '' ? state : { ...state, verdict: 'down', reason, detail }
}

let ids = 0

/** A Resource that was never polled. */
export function resource(url: string, different: Partial<Resource> = {}): Resource {
  return { ...unpolledResource(ids++ as ResourceId, url as Url), dueAt: monotonicMs(), ...different }
}

/** A Poller whose hooks only record what they are called with, in order. */
export class TestPoller {
  readonly poller: Poller
  #skippedMs = 0
  readonly notices: string[] = []
  /** Tokens refused, with their clients. */
  readonly renewals: [client: string, refused: string][] = []
  /** Suspects whose polls have begun. */
  readonly begunIds: ResourceId[] = []
  /** Why the uplink counted as out, and null when that was over. */
  readonly uplink: (string | null)[] = []
  readonly events: ('state' | 'complete')[] = []
  /** Polls made so far: on a busy machine `pollWithoutStall` makes several. */
  polls = 0
  readonly #waiting = new Map<ResourceId, (state: State) => void>()
  readonly #states = new Map<ResourceId, State>()

  readonly #options: PollOptions

  constructor(different: Partial<PollOptions> = {}) {
    this.#options = pollOptions(different)
    this.poller = new Poller(
      pollerNumber(0),
      this.#options,
      {
        state: (state) => {
          this.events.push('state')
          this.#states.set(state.id, state)
        },
        complete: ({ id }) => {
          this.events.push('complete')
          const state = this.#states.get(id)
          if (state !== undefined) this.#waiting.get(id)?.(state)
          this.#states.delete(id)
          this.#waiting.delete(id)
        },
        started: (id) => this.begunIds.push(id),
        renew: (client, refused) => this.renewals.push([client, refused]),
        uplink: (why) => this.uplink.push(why),
        notice: (line) => this.notices.push(line),
      },
      () => monotonicMs() + this.#skippedMs,
    )
  }

  /** Moves the poller's clock forward. Call it while no poll is in flight: to a poll it would look like a pause of the thread. */
  skip(ms: number): void {
    this.#skippedMs += ms
  }

  /** Defines profiles by what differs from the options of this poller. */
  setProfiles(profiles: readonly (readonly [number: number, overrides: Overrides])[]): void {
    this.poller.setProfiles(
      profiles.map(([number, overrides]) => [number, mergeOverrides(this.#options, overrides)]),
    )
  }

  /** Polls one Resource. */
  poll(what: string | Resource): Promise<State> {
    const polled = typeof what === 'string' ? resource(what) : what
    const { promise, resolve } = Promise.withResolvers<State>()
    this.#waiting.set(polled.id, resolve)
    this.polls++
    this.poller.accept([polled])
    return promise
  }

  /**
   * Polls until nothing stands in the way of a verdict. On a busy machine the thread may stand still again and again:
   * then what the poll would have said without that.
   */
  async pollWithoutStall(url: string, different: Partial<Resource> = {}): Promise<State> {
    let state = await this.poll(resource(url, different))
    for (let more = 3; STALLED.test(state.detail) && more > 0; more--) {
      this.notices.length = 0
      this.events.length = 0
      state = await this.poll(resource(url, different))
    }
    return withoutStall(state)
  }

  async close(): Promise<void> {
    await this.poller.stop()
    this.poller.close()
  }
}

/** Polls once, with a Poller of its own. What a busy machine did to the thread is left out of the State. */
export async function pollOnce(url: string | Resource, different: Partial<PollOptions> = {}): Promise<State> {
  const poller = new TestPoller(different)
  const state = await poller.poll(url)
  await poller.close()
  return withoutStall(state)
}
