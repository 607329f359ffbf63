import type { MessagePort } from 'node:worker_threads'
import type { WebConfig } from '../config/web/web-config.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import type { OtlpTarget } from '../settings/otlp.ts'
import type { PublicPage } from '../settings/public-page.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ChangeAnswer, Position, SummaryAnswer, UrlRows } from '../api/api-recorder.ts'
import type { FoundUrls, UrlFilter, UrlSearch } from '../api/url-query.ts'
import type { WallLabels, WallPart } from '../api/wall-part.ts'
import type { WallNews, WallPosition } from '../api/wall-recorder.ts'
import type { Totals } from '../metrics/metrics-recorder.ts'
import type { UrlStates } from '../api/url-states.ts'
import type { UrlPage } from '../metrics/url-page.ts'

// Every message that the web thread sends or receives. Ports in them are transferred, never copied.

/**
 * Web thread → monitor, on a port of their own. Sent by MonitorClient, handled by QuestionHandler. Each takes a few ms at most between which
 * the monitor does other work, so that it does not print late.
 */
export type MonitorQuestion =
  /** Do you answer? */
  | { readonly type: 'ping' }
  /** Sums over the whole list. */
  | { readonly type: 'totals' }
  /** Up to `limit` URLs with ids from `from` on. */
  | { readonly type: 'urls'; readonly from: number; readonly limit: number }
  /** The state of the whole list, for the API. */
  | { readonly type: 'summary' }
  /** Some parts of a search. */
  | { readonly type: 'find'; readonly search: UrlSearch }
  /** The URLs with these ids that meet the conditions, in JSON. */
  | {
      readonly type: 'rows'
      readonly ids: readonly ResourceId[]
      readonly filter: UrlFilter
      /** So many of the last polls of each. */
      readonly polls: number
    }
  /** At most `limit` URLs that have changed after a place, in JSON. */
  | { readonly type: 'changes'; readonly after: Position; readonly limit: number }
  /** The values of labels, of ids from `from` on. */
  | { readonly type: 'wallLabels'; readonly from: number }
  /** Verdicts and groups, of ids from `from` on. `by`: the label whose values are the groups; null: none. */
  | { readonly type: 'wallPart'; readonly by: string | null; readonly from: number }
  /** Which URLs have changed or were polled after a place. */
  | { readonly type: 'wallNews'; readonly after: WallPosition }
  /** A part of the URLs that meet the conditions, for a public page. */
  | { readonly type: 'states'; readonly filter: UrlFilter; readonly from: number }

/** What the monitor answers, by the type of the question. To all others it answers with nothing. */
export interface MonitorAnswers {
  readonly totals: Totals
  readonly urls: UrlPage
  readonly summary: SummaryAnswer
  readonly find: FoundUrls
  readonly rows: UrlRows
  readonly changes: ChangeAnswer
  readonly wallLabels: WallLabels
  readonly wallPart: WallPart & { readonly position: WallPosition }
  readonly wallNews: WallNews
  readonly states: UrlStates
}

/** The answer to a question of a type. */
export type MonitorAnswer<T extends MonitorQuestion['type']> = T extends keyof MonitorAnswers
  ? MonitorAnswers[T]
  : void

/** Main → web thread, on its requests port. Sent by WebThread, handled by WebHandler, which replies when it is done. */
export type WebMessage =
  /** Ask this monitor from now on. */
  | { readonly type: 'monitor'; readonly questions: MessagePort }
  /** Ask this recorder from now on. */
  | { readonly type: 'recorder'; readonly questions: MessagePort }
  /** Ask this alerter from now on. */
  | { readonly type: 'alerter'; readonly questions: MessagePort }
  /** The first round of the list is under way. */
  | { readonly type: 'polling' }
  /** The file of `--web-config` has changed. */
  | { readonly type: 'config'; readonly config: WebConfig }
  /** The public pages have changed. */
  | { readonly type: 'pages'; readonly pages: readonly PublicPage[] }
  /** Do you answer? */
  | { readonly type: 'ping' }
  /** Close the port. The reply comes when the responses in progress have ended, or after a short wait. */
  | { readonly type: 'stop' }

/** Web thread → main, on a port of their own. Sent by the web thread, handled by WebThread. */
export type MainRequest =
  /** Read all lists and modules again. Answered with a ReloadResult when that is done. */
  | { readonly type: 'reload' }
  /** The settings of a URL, given as it is printed, for the API. Answered with UrlSettings. */
  | { readonly type: 'settings'; readonly id: ResourceId; readonly url: string }
  /** The web thread is about to start a thread: leave a working folder that was removed, in which none can be started. Answered when that is done. */
  | { readonly type: 'threadStarts' }

/** The settings of a URL, as a line of a list has them, one each, without secrets; null: it has left the lists. */
export type UrlSettings = readonly string[] | null

/** What came of reading the lists and modules again. */
export interface ReloadResult {
  /** Why lists were rejected, each with its name; their previous content stays in use. */
  readonly rejected: readonly string[]
  /** What was read, as the subject of a sentence. */
  readonly subject: string
}

/** Web thread → main, posted by the thread. Handled by WebThread. */
export type WebEvent =
  /** The thread runs. `threadId` is the system's number of it; null where that is not known. */
  | { readonly type: 'started'; readonly threadId: number | null }
  /** It accepts connections on this port; null if it was not told to. */
  | { readonly type: 'listening'; readonly port: number | null }
  /** It could not listen. `code` is the error's, such as EADDRINUSE. */
  | { readonly type: 'listenFailed'; readonly code: string }
  /** A line for standard error, escaped, without its line break. */
  | { readonly type: 'notice'; readonly line: string }

/** The options of a run that concern the web thread. */
export interface WebOptions {
  /** Null: it accepts no connections. */
  readonly listen: ListenAddress | null
  /** Null: metrics are not pushed. */
  readonly otlp: OtlpTarget | null
  /** At most so many URLs have series of their own in `/metrics`. */
  readonly metricsUrls: number
  /** Connections at the same time. */
  readonly connections: number
  /** The path under which it answers, without a slash at its end; or `/`. */
  readonly prefix: string
  /** What the file of `--web-config` says, or that there is none. */
  readonly config: WebConfig
  /** The public pages. */
  readonly pages: readonly PublicPage[]
}

/** What a web thread is started with. */
export interface WebLaunch {
  readonly options: WebOptions
  /** WebMessages come from here. */
  readonly requests: MessagePort
  /** MainRequests go here. */
  readonly main: MessagePort
  /** ProbeMessages go here, and ProbeEvents come from here. */
  readonly probes: MessagePort
}
