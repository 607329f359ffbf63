import type { MessagePort } from 'node:worker_threads'

// Every message that the recorder thread sends or receives. Buffers and ports in them are transferred, never copied.

/** Main → recorder, on its commands port. Sent by RecorderThread, handled by RecorderHandler, which replies when it is done. */
export type RecorderMessage =
  /**
   * URLs of the lists, packed by `packUrls`. With `isFirst`, those that it knew before count no more. With `wantsEarlier` the reply says
   * what an earlier run knew of them.
   */
  | {
      readonly type: 'urls'
      readonly urls: ArrayBuffer
      readonly isFirst: boolean
      readonly wantsEarlier: boolean
    }
  /** Record what a monitor sends on this port: FeedMessages. It replaces the port of an earlier monitor. */
  | { readonly type: 'monitor'; readonly port: MessagePort }
  /** Answer the HistoryQuestions that come on this port, which is a web thread's. */
  | { readonly type: 'questions'; readonly port: MessagePort }
  /** Do you answer? */
  | { readonly type: 'ping' }
  /** Take in what the monitor has sent, write it and close the file. */
  | { readonly type: 'stop' }

/** What it replies to `urls`. To all others it replies with nothing. */
export interface EarlierStates {
  /** Packed by `packEarlier`. */
  readonly earlier: ArrayBuffer
}

/** Recorder → main, posted by the thread. Handled by RecorderThread. */
export type RecorderEvent =
  /** The thread runs. `threadId` is the system's number of it; null where that is not known. */
  | { readonly type: 'started'; readonly threadId: number | null }
  /** The history is open. */
  | { readonly type: 'opened' }
  /** It cannot be opened. `isRefused`: another attempt would fail as well. */
  | { readonly type: 'openFailed'; readonly message: string; readonly isRefused: boolean }
  /** A line for standard error, escaped, without its line break. */
  | { readonly type: 'notice'; readonly line: string }

/** Monitor → recorder, on a port of their own. Sent by RecorderFeed, handled by FeedHandler. In the order in which the monitor got them. */
export type FeedMessage =
  /** Results of polls, packed by StateBatch. `shown`: what the monitor shows in place of some of them, packed by `packShown`; null: nothing. */
  | { readonly type: 'states'; readonly batch: ArrayBuffer; readonly shown: ArrayBuffer | null }
  /** What was known of these URLs counts no more since `at`, in ms since the epoch: their parent is down. Packed ids. */
  | { readonly type: 'verdictsLost'; readonly ids: Uint32Array<ArrayBuffer>; readonly at: number }
  /** URLs that are new or have other labels, packed by `packUrls`. */
  | { readonly type: 'register'; readonly urls: ArrayBuffer }
  /** URLs that have left the lists, packed by `packIds`. */
  | { readonly type: 'unregister'; readonly ids: ArrayBuffer }

/** Recorder → monitor, on the same port. */
export type FeedReply =
  /** So many more `states` have been taken in. */
  | { readonly type: 'taken'; readonly batches: number }
  /** How the history is: its size in bytes; polls that could not be recorded, failed writes and CPU time in ms since the thread was started. */
  | {
      readonly type: 'status'
      readonly sizeBytes: number
      readonly lost: number
      readonly errors: number
      readonly cpuMs: number
    }

/** What a recorder thread is started with. */
export interface RecorderLaunch {
  readonly options: RecorderOptions
  /** RecorderMessages come from here. */
  readonly commands: MessagePort
}

/** The options of a run that concern the recorder. */
export interface RecorderOptions {
  /** The SQLite file; null: in memory. */
  readonly file: string | null
  /** The most that it may take, in bytes. */
  readonly sizeLimit: number
}
