import type { MessagePort } from 'node:worker_threads'
import type { ProbeModule } from '../settings/probe-module.ts'

// Probes, which `/probe` asks for. A request goes from the web thread to main, which knows the poller of each origin, and from there to
// that poller, along with its Resources. The reply takes a port of its own, from the poller to the web thread: the monitor, whose
// States it is no part of, can't be made late by it.

/** A probe that the web thread asks for. */
export interface ProbeRequest {
  readonly id: number
  readonly module: string
  /** As in the query. */
  readonly target: string
  /** The parameter `hostname`; '' for none. */
  readonly hostname: string
  /** What is polled, as a URL: its origin decides the poller, and has a limit there. */
  readonly url: string
  /** When it has to be over, in ms on the monotonic clock. */
  readonly deadline: number
  readonly timeoutSeconds: number
  readonly wantsLog: boolean
}

/** What became of a probe. */
export interface ProbeReply {
  readonly id: number
  /** Its metrics, as text. */
  readonly metrics: string
  /** Its log; '' unless it was asked for. */
  readonly log: string
}

/** What the web thread knows of a module. */
export interface ServedModule {
  readonly name: string
  /** Those besides `http`, `tcp` and `dns` are not served. */
  readonly prober: string
  /** 0: none of its own. */
  readonly timeoutMs: number
  /** The header Host that it sets; null for none. */
  readonly host: string | null
  /** As it stands in the configuration, without secrets. */
  readonly yaml: string
}

/** The modules of a configuration. */
export interface ServedModules {
  readonly modules: readonly ServedModule[]
  /** The whole configuration, without secrets. */
  readonly yaml: string
}

/** Web thread → main, on the probes port. Handled by ProbeRelay. */
export type ProbeMessage =
  | { readonly type: 'probes'; readonly requests: readonly ProbeRequest[] }
  /** Whoever asked for these probes has gone. */
  | { readonly type: 'cancel'; readonly ids: readonly number[] }

/** Main → web thread, on the probes port. Handled by ProbeClient. */
export type ProbeEvent =
  /** ProbeReplies of a poller come on this port. */
  | { readonly type: 'poller'; readonly replies: MessagePort }
  | { readonly type: 'modules'; readonly served: ServedModules }
  /** The poller that had these requests is lost, or there was none for them. Those that were answered may be among them. */
  | { readonly type: 'lost'; readonly ids: readonly number[] }

/** Main → poller, on `pending`. */
export type ProbePending =
  /** Send ProbeReplies to this port from now on: there is a new web thread. Nobody waits for the probes of the one before. */
  | { readonly type: 'probePort'; readonly replies: MessagePort }
  /** The modules of requests sent after this. */
  | { readonly type: 'probeModules'; readonly modules: readonly ProbeModule[] }
  | { readonly type: 'probes'; readonly requests: readonly ProbeRequest[] }
  /** Nobody waits for these probes. Most pollers have none of them. */
  | { readonly type: 'cancelProbes'; readonly ids: readonly number[] }
