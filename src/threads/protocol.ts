import type { MessagePort } from 'node:worker_threads'
import type { Canary } from '../resource/canary.ts'
import type { InputFile } from '../print/text/input-files.ts'
import type { MonitorOptions } from '../print/text/monitor-options.ts'
import type { MainStats } from '../print/text/summary.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ScreenSize } from '../runtime/screen.ts'
import type { PollOptions, ProfileUpdate } from '../settings/poll-options.ts'
import type { FileChange, RequestFile } from '../settings/request-files.ts'
import type { Counts } from '../state/latest-state.ts'
import type { PollerBounds } from '../state/usage.ts'
import type { ProbePending } from './probe-protocol.ts'

// Every message between main, the pollers and the monitor; those of the web thread are in web-protocol.ts. Buffers and ports in
// messages are transferred, never copied.

/** Time between two heartbeats of a poller, and between two checks for missing ones, in ms. */
export const HEARTBEAT_MS = 1_000

/** What pollers find that others can use. */
export interface Reachable {
  /** A few URLs that answered recently, the latest last. */
  readonly canaries: readonly Canary[]
  /** The names of the proxies behind which something has answered. */
  readonly proxies: readonly string[]
}

/** Main → poller, on `pending`. Sent by PollerThread, handled by PollerHandler. */
export type PendingMessage =
  /**
   * Resources to poll, packed by ResourceBatch. The poller owns them now. Polls of the `suspects` among them may kill
   * pollers: the poller reports each with `started`.
   */
  | { readonly type: 'resources'; readonly batch: ArrayBuffer; readonly suspects: readonly ResourceId[] }
  /** The settings that profile numbers stand for, in Resources sent after this. */
  | { readonly type: 'profiles'; readonly profiles: readonly ProfileUpdate[] }
  /** Contents of files that requests need, before the first Resource that needs them. */
  | { readonly type: 'files'; readonly files: readonly FileChange[] }
  /** There is a new monitor: send States to this port from now on. Answered with `status`. */
  | { readonly type: 'status'; readonly status: MessagePort }
  /** What all pollers have found. */
  | { readonly type: 'reachable'; readonly found: Reachable }
  /** In a cluster: start polls only until `until`, in ms of the monotonic clock, and none of `revoked`, which other machines have. */
  | { readonly type: 'lease'; readonly until: number; readonly revoked: readonly ResourceId[] }
  /** Start no new poll, give back every Resource, then end. */
  | { readonly type: 'stop' }
  | ProbePending

/** Poller → main, on `complete`. Sent by Outbox, handled by PollerThread. */
export type CompleteMessage =
  /** The poller accepts Resources. `threadId` is the system's number of its thread; null where that is not known. */
  | { readonly type: 'ready'; readonly threadId: number | null }
  /** The poll of a suspect begins. Sent before anything else is done for it. */
  | { readonly type: 'started'; readonly id: ResourceId }
  /** States go to the new monitor now. The Resources whose States went to the old one were sent before this. */
  | { readonly type: 'status' }
  /** The poller's event loop runs. */
  | { readonly type: 'heartbeat'; readonly found: Reachable }
  /** Why this poller considers the machine's uplink down, escaped; null: it is up again. */
  | { readonly type: 'uplink'; readonly why: string | null }
  /** Resources that were polled, or that a stopping poller gives back. Main owns them again. */
  | { readonly type: 'resources'; readonly batch: ArrayBuffer }
  /** A server has refused this token of an OAuth2 client. Answered with `files`. */
  | { readonly type: 'renew'; readonly client: string; readonly refused: string }
  /** Lines for standard error, each with its line break. */
  | { readonly type: 'notices'; readonly lines: string }

/** Poller → monitor, on `status`. Sent by Outbox, handled by `handleStatus`. */
export type StatusMessage =
  /** Results of polls, packed by StateBatch. */
  | { readonly type: 'states'; readonly batch: ArrayBuffer }
  /** In a cluster with several zones: the names of those that live, and what they say of URLs, packed by ZoneBatch. */
  | { readonly type: 'zones'; readonly names: readonly string[]; readonly batch: ArrayBuffer }
  /** CPU time of the poller's thread since its start, in ms, and how full the poller is. */
  | { readonly type: 'cpu'; readonly cpuMs: number; readonly bounds: PollerBounds }

/**
 * Main → monitor, on the control port. Sent by MonitorThread, handled by MonitorHandler, which replies when it is done: see
 * MonitorReplies. States of pollers do not take this way.
 */
export type MonitorMessage =
  /** URLs that are new or have other labels, packed by `packUrls`. Sent before their first State. */
  | { readonly type: 'register'; readonly urls: ArrayBuffer }
  /** URLs that have left the lists, packed by `packIds`. */
  | { readonly type: 'unregister'; readonly ids: ArrayBuffer }
  /** Receive the States of a poller on this port. It replaces the port of an earlier poller of that number. */
  | { readonly type: 'listen'; readonly poller: PollerNumber; readonly status: MessagePort }
  /** States that main has made, packed by StateBatch. */
  | { readonly type: 'states'; readonly batch: ArrayBuffer }
  /** Main's part of the summaries, once a second. Printing at the status interval starts with the first one. */
  | { readonly type: 'stats'; readonly stats: MainStats }
  /** Print the current state now. */
  | { readonly type: 'print'; readonly stats: MainStats }
  /** Live view: keys, as the terminal sends them. */
  | { readonly type: 'keys'; readonly input: string }
  /** Live view: the new size of the terminal. */
  | { readonly type: 'resize'; readonly size: ScreenSize }
  /** Live view: leave the terminal, or draw on it again. `done` also gets a message, for a main thread that can't wait for the reply. */
  | { readonly type: 'suspend'; readonly suspended: boolean; readonly done: MessagePort | null }
  /** Live view: lines of standard error to show. */
  | { readonly type: 'notices'; readonly lines: string }
  /** Open the files of results again: they may have been renamed. `inputs`: the files that the run reads now. */
  | { readonly type: 'reopen'; readonly inputs: readonly InputFile[] }
  /** Pass what you have read on to the recorder on this port: FeedMessages. It replaces the port of an earlier one. */
  | { readonly type: 'recorder'; readonly port: MessagePort }
  /** Pass what you show on to the alerter on this port: FeedMessages. It replaces the port of an earlier one. */
  | { readonly type: 'alerter'; readonly port: MessagePort }
  /** Answer the MonitorQuestions that come on this port, which is a web thread's. */
  | { readonly type: 'questions'; readonly port: MessagePort }
  /**
   * Take in all that the pollers have sent and print the last state and summary. The reply comes when all of it is written, or when
   * an output has accepted nothing for `patienceMs`; null: no limit.
   */
  | { readonly type: 'stop'; readonly stats: MainStats; readonly patienceMs: number | null }
  /** After `stop`: from now on, wait at most `patienceMs` for an output that accepts nothing. */
  | { readonly type: 'hurry'; readonly patienceMs: number }

/** What a monitor is told before it knows all URLs: it has opened its files, and may draw. */
export const EARLY_MESSAGES: ReadonlySet<MonitorMessage['type']> = new Set([
  'reopen',
  'keys',
  'resize',
  'suspend',
])

/** What the monitor replies with, by the type of the message. To all others it replies with nothing. */
export interface MonitorReplies {
  /** How many URLs have which verdict. */
  readonly stop: Counts
}

/** The reply to a message of a type. */
export type MonitorReply<T extends MonitorMessage['type']> = T extends keyof MonitorReplies
  ? MonitorReplies[T]
  : void

/** Monitor → main, posted by its thread. Handled by MonitorThread and `monitorEvents`. */
export type MonitorEvent =
  /** The thread runs. `threadId` is the system's number of it; null where that is not known. */
  | { readonly type: 'started'; readonly threadId: number | null }
  /** Lines for standard error about URLs, escaped. */
  | { readonly type: 'errors'; readonly lines: string }
  /** Writing to a file failed in a new way; null: to standard output. `code` is the error's, such as EPIPE. */
  | { readonly type: 'outputFailed'; readonly file: string | null; readonly code: string }
  /** Live view: the user asks for the end. */
  | { readonly type: 'quit' }

/** What a poller is launched with. */
export interface PollerLaunch {
  readonly number: PollerNumber
  readonly options: PollOptions
  readonly profiles: readonly ProfileUpdate[]
  readonly files: readonly RequestFile[]
  readonly pending: MessagePort
  readonly complete: MessagePort
  readonly status: MessagePort
}

/** What the monitor's thread is started with. */
export interface MonitorLaunch {
  readonly options: MonitorOptions
  /** MonitorMessages come from here. */
  readonly control: MessagePort
}
