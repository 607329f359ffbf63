import type { MessagePort } from 'node:worker_threads'
import type { PollOptions, ProfileUpdate } from '../settings/poll-options.ts'
import type { Canary } from '../poll/verdict/known-canaries.ts'
import type { MonitorOptions } from '../print/text/monitor-options.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { PollerBounds } from '../state/usage.ts'
import type { Counts } from '../state/state-map.ts'
import type { ScreenSize } from '../runtime/screen.ts'
import type { MainStats } from '../print/text/summary.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

// Every message that crosses a thread. Buffers are transferred, never copied.

/** How often a poller says that it lives, and how often main looks who has not, in ms. */
export const HEARTBEAT_MS = 1_000

/** main → poller, on `pending`. */
export type PendingMessage =
  /**
   * Resources to poll, as a ResourceBatch packs them. They are the poller's own now. `suspects` of them may be what killed
   * pollers: their polls are announced with `begun`.
   */
  | { readonly type: 'resources'; readonly batch: ArrayBuffer; readonly suspects: readonly ResourceId[] }
  /** What some numbers mean for the Resources that come after this. */
  | { readonly type: 'profiles'; readonly profiles: readonly ProfileUpdate[] }
  /** Send States this way from now on: the monitor is another. Answered with `status`. */
  | { readonly type: 'status'; readonly status: MessagePort }
  /** URLs that answered other pollers last. */
  | { readonly type: 'canaries'; readonly canaries: readonly Canary[] }
  /** Start no new poll, give back everything, then end. */
  | { readonly type: 'stop' }

/** poller → main, on `complete`. */
export type CompleteMessage =
  /** The poller runs and takes Resources; `thread`: the system's number of its thread, null where that is not known. */
  | { readonly type: 'ready'; readonly threadId: number | null }
  /** The poll of a suspect begins: sent before anything else is done for it. */
  | { readonly type: 'begun'; readonly id: ResourceId }
  /** States go to the new monitor now; all Resources whose States went to the old one were sent before this. */
  | { readonly type: 'status' }
  /** The poller's thread still runs: said once in a while, with a few URLs that answered last. */
  | { readonly type: 'heartbeat'; readonly answered: readonly Canary[] }
  /** Why this machine's uplink counts as out, escaped; null: that is over. */
  | { readonly type: 'uplink'; readonly why: string | null }
  /** Resources that were polled, or were not and go back because the poller stops. They are main's own again. */
  | { readonly type: 'resources'; readonly batch: ArrayBuffer }
  /** Lines for standard error, each with its line break. */
  | { readonly type: 'notices'; readonly lines: string }

/** poller → monitor, on `status`. */
export type StatusMessage =
  /** What polls have found, as a StateBatch packs it. */
  | { readonly type: 'states'; readonly batch: ArrayBuffer }
  /** CPU time that the poller's thread has used since its start, in ms, and how full the poller is. */
  | { readonly type: 'cpu'; readonly cpuMs: number; readonly bounds: PollerBounds }

/** What a poller is launched with. */
export interface PollerLaunch {
  readonly number: PollerNumber
  readonly options: PollOptions
  readonly profiles: readonly ProfileUpdate[]
  readonly pending: MessagePort
  readonly complete: MessagePort
  readonly status: MessagePort
}

/** What the monitor's thread is started with. */
export interface MonitorLaunch {
  readonly options: MonitorOptions
  /** The far end of its control face. */
  readonly control: MessagePort
}

/** What the monitor's thread posts to main: lines of standard error about URLs, escaped. */
export type MonitorErrors = string

/** Where writing failed, and the error's code. */
export interface OutputFailure {
  /** Null: standard output. */
  readonly file: string | null
  readonly code: string
}

/** The monitor's control face, which main calls through comlink. States never come this way. */
export interface MonitorApi {
  /** Learns of URLs, before their first State, and what main knows of them, as `packUrls` packs it; of some anew. */
  registerUrls(urls: ArrayBuffer): void
  /** Forgets URLs that have left their list, as `packIds` packs them. */
  unregisterUrls(ids: ArrayBuffer): void
  /** Listens to the States of poller `number`, and no more to an earlier one of that number. */
  listen(number: PollerNumber, status: MessagePort): void
  /** The system's number of its thread; null where that is not known. */
  threadId(): number | null
  /** Takes in States that main has made. */
  addStates(states: ArrayBuffer): void
  /** Main's share of the summaries, from time to time. With the first one printing on the timer begins. */
  updateStats(stats: MainStats): void
  /** Prints the current state now. */
  print(): void
  /** With a live view: keys, as the terminal sent them. */
  keys(input: string): void
  /** With a live view: the terminal has this size. */
  resize(size: ScreenSize): void
  /** With a live view: leaves the terminal to others, or draws on it again; resolves when that is so. */
  setSuspended(suspended: boolean): Promise<void>
  /** With a live view: leaves the terminal to others, and says so on `left` when it is out. */
  suspendAndReply(reply: MessagePort): Promise<void>
  /** With a live view: lines of standard error, which would tear it. */
  showNotices(lines: string): void
  /** With a live view: resolves when the person at the keys asks for the end. */
  quitRequested(): Promise<'quit'>
  /** Opens the file of results anew, after it was renamed. */
  reopen(): void
  /** How many URLs have which verdict, now. */
  snapshot(): Counts
  /**
   * Takes in all that pollers have sent, prints the last state and summary, and resolves when all of it is out, or after
   * `patienceMs` in which standard output took nothing; null: no limit.
   */
  stop(stats: MainStats, patienceMs: number | null): Promise<Counts>
  /** Resolves when an output fails in a way not told yet (standard output with 'EPIPE': its reader has gone). */
  outputFailed(): Promise<OutputFailure>
}
