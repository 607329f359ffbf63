import type { ResourceId, Url } from '../resource/resource.ts'
import type { ReasonOf } from './reasons.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/** The methods a poll can have ended with. */
export type Method = 'HEAD' | 'GET'

/** Where the time of one poll went, in ms, each summed over all redirects and both looks; 0 for a phase that was not entered. */
export interface Phases {
  dns: number
  connect: number
  tls: number
  wait: number
}

/** The TLS connection that the final answer came over. */
export interface TlsInfo {
  /** As Node names it, e.g. `TLSv1.3`. */
  readonly protocol: string
  /** When the server's certificate expires, in ms since the epoch; NaN when it does not say. */
  readonly expiresAt: number
}

/** What every State says. */
export interface StateBase {
  readonly id: ResourceId
  readonly url: Url
  /** That of the Resource. */
  readonly generation: number
  /** When the poll ended, in ms since the epoch. */
  readonly at: number
  /** The method of the last request sent. */
  readonly method: Method
  /** Consecutive polls without a valid answer, this one included. */
  readonly errCount: number
  /** From the start of the poll to its end, in ms: over both looks where there were two. */
  readonly durationMs: number
  readonly phasesMs: Readonly<Phases>
  /** How much later than intended the poll began, in ms. */
  readonly lateMs: number
  /** The longest that the poller's thread stood still during the poll, in ms. */
  readonly stalledMs: number
  /** Status of the answer that the verdict is about; 0 when there is none, as at the end of redirects that lead nowhere. */
  readonly status: number
  /** Its reason phrase, as the server sent it: escape before printing. */
  readonly statusText: string
  /** More of the reason, for a person. May hold text of the server: escape before printing. */
  readonly detail: string
  /** Redirects followed. */
  readonly redirects: number
  /** The URL that the last answer came from, without credentials. */
  readonly finalUrl: string
  /** The IP address that the last connection went to; '' when none was reached. */
  readonly address: string
  /** `1.0`, `1.1`, `2`; '' when there was no answer. */
  readonly httpVersion: string
  /** Null without TLS. */
  readonly tls: TlsInfo | null
  /** Whether a first failure was looked at a second time before this was said. */
  readonly rechecked: boolean
  /** The poller that asked. */
  readonly poller: PollerNumber
}

/** The answer was one of the accepted. */
export interface Up extends StateBase {
  readonly verdict: 'up'
  readonly reason: ReasonOf<'up'>
}

/** An answer that is not accepted, or no valid answer. */
export interface Down extends StateBase {
  readonly verdict: 'down'
  readonly reason: ReasonOf<'down'>
}

/** The fault is on our side: nothing is known of the URL. */
export interface Unknown extends StateBase {
  readonly verdict: 'unknown'
  readonly reason: ReasonOf<'unknown'>
}

/** What one poll found. A failed poll is a State like any other, never a throw. */
export type State = Up | Down | Unknown
