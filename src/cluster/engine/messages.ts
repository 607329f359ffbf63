import type { MessagePort } from 'node:worker_threads'
import type { PollerNumber } from '../../resource/poller-number.ts'
import type { ClusterOptions } from '../../settings/cluster-options.ts'
import type { Facts } from '../share/facts.ts'

// Every message between main and the cluster thread. Buffers and ports are transferred, never copied.

/** A URL of the lists of this machine, for the planner, as JSON: `["url"]`, then its settings and its labels, or null. */
export type TargetText = string

/** Main → cluster thread, on the port of its launch. */
export type ClusterMessage =
  /** URLs that the lists of this machine name now, or that have other settings. */
  | { readonly type: 'listed'; readonly targets: readonly (readonly [url: string, target: TargetText])[] }
  /** URLs that they name no more. */
  | { readonly type: 'unlisted'; readonly urls: readonly string[] }
  /** The lists can be planned. `isWhole`: each of them was read; if not, what is in the plan stays there. */
  | { readonly type: 'complete'; readonly isWhole: boolean }
  /** The URLs of a batch have these ids in main's table now, in the order of the batch. */
  | {
      readonly type: 'defined'
      readonly batch: string
      readonly version: string
      readonly ids: Uint32Array<ArrayBuffer>
      readonly generations: Uint16Array<ArrayBuffer>
    }
  /** Main lives and has all parts, among them a poller that runs, or not at present. Said again and again. */
  | { readonly type: 'alive'; readonly hasPoller: boolean }
  /** What is known of Resources that were polled, packed by FactsBatch. */
  | { readonly type: 'facts'; readonly facts: ArrayBuffer }
  /** Nothing of these batches is polled here any more. */
  | { readonly type: 'returned'; readonly batches: readonly string[] }
  /** The States of a poller come on `from`; what the monitor shall see goes to `to`. */
  | {
      readonly type: 'poller'
      readonly poller: PollerNumber
      readonly from: MessagePort
      readonly to: MessagePort
    }
  /** There is a new monitor: it listens on this port for a poller. */
  | { readonly type: 'monitor'; readonly poller: PollerNumber; readonly to: MessagePort }
  /** There are alerts in the configuration: answered with `alerts` when this machine is the one that tells people. */
  | { readonly type: 'alerts' }
  /** An alerter has started. It gets the state on this port, and changes it there. */
  | { readonly type: 'shared'; readonly port: MessagePort }
  /** Hand everything back. Answered with `stopped`. */
  | { readonly type: 'stop' }

/** What is known of a machine of the cluster. */
export interface MachineStatus {
  readonly name: string
  /** '' for that without a name. */
  readonly zone: string
  /** How long ago it was heard, in ms. */
  readonly ageMs: number
  readonly urls: number
  readonly batches: number
  /** It makes the plan. */
  readonly plans: boolean
  /** It tells people of alerts. */
  readonly alerts: boolean
  /** It was told to hand everything over. */
  readonly isDrained: boolean
  /** It can take batches: it knows a plan, and its main can poll. */
  readonly isReady: boolean
  /** How far its clock is ahead of that of the engine, in ms. */
  readonly clockMs: number
  /** What its lists name, as a name for that; '': it has none, or has not read all of them. */
  readonly list: string
  /** It has lists, and could not read all of them yet. */
  readonly isPart: boolean
  /** Of headcount. */
  readonly version: string
}

/** Cluster thread → main. */
export type ClusterEvent =
  /** A batch of the plan, new or changed: its URLs as a JSON array of TargetTexts, and what is known of each, null for nothing. */
  | {
      readonly type: 'define'
      readonly batch: string
      readonly version: string
      readonly targets: string
      readonly facts: readonly (Facts | null)[]
    }
  /** Batches that are in the plan no more. */
  | { readonly type: 'undefine'; readonly batches: readonly string[] }
  /** Poll the Resources of this batch, from this time on: what is known of them, packed by FactsBatch. `clean`: see ClusterNode. */
  | {
      readonly type: 'lend'
      readonly batch: string
      readonly facts: ArrayBuffer
      readonly from: number
      readonly clean: boolean
      /** What to add to the time of this machine to get that of the engine. */
      readonly offset: number
    }
  /** Stop to poll a batch and report what is known of it. */
  | { readonly type: 'recall'; readonly batch: string }
  /** Poll nothing of these batches any more, and report nothing of it. */
  | { readonly type: 'drop'; readonly batches: readonly string[] }
  /** Polls may start until then, in ms of the monotonic clock. */
  | { readonly type: 'lease'; readonly until: number }
  /** This machine is the one that tells people of alerts, or is it no more. */
  | { readonly type: 'alerts'; readonly isHeld: boolean }
  /** A line for standard error, escaped, without its line break. */
  | { readonly type: 'notice'; readonly line: string }
  /** The cluster as this machine sees it. `isReady`: the engine answers. */
  | { readonly type: 'status'; readonly isReady: boolean; readonly machines: readonly MachineStatus[] }
  /** It never will: this is why. */
  | { readonly type: 'refused'; readonly message: string }
  /** Everything is handed back. */
  | { readonly type: 'stopped' }

/** What the thread is started with. */
export interface ClusterLaunch {
  readonly options: ClusterOptions
  /** ClusterMessages come from here, ClusterEvents go there. */
  readonly port: MessagePort
  /** Which run of headcount this is, and the number of the thread in it. */
  readonly run: string
  readonly launch: number
  /** Batches that main has been told of by a thread before. */
  readonly known: readonly string[]
}
