import type { ResourceId, Url } from '../resource/resource.ts'
import type { ReasonOf } from './reasons.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/** The method of a request: HEAD, GET or any other token; '' for a poll without HTTP. */
export type Method = string

/** Duration of each phase of a poll, in ms, summed over redirects and attempts; 0 for a phase that was not reached. */
export interface Phases {
  dns: number
  connect: number
  tls: number
  wait: number
  /** To connect through a proxy, of which the other phases have no part; absent without one. */
  proxy?: number
}

/** The TLS connection of the final answer. */
export interface TlsInfo {
  /** As Node names it, e.g. `TLSv1.3`. */
  readonly protocol: string
  /** When the server's certificate expires, in ms since the epoch; NaN if it does not say. */
  readonly expiresAt: number
}

/** The fields of every State. */
export interface StateBase {
  readonly id: ResourceId
  readonly url: Url
  /** The generation of the Resource. */
  readonly generation: number
  /** When the poll ended, in ms since the epoch. */
  readonly at: number
  /** The method of the last request sent; '' if the URL is not polled by HTTP. */
  readonly method: Method
  /** Consecutive polls without a valid answer, this one included. */
  readonly errCount: number
  /** Duration of the poll, in ms, with both attempts if there were two. */
  readonly durationMs: number
  readonly phasesMs: Readonly<Phases>
  /** How much later than planned the poll began, in ms; 0 for one that began earlier. */
  readonly lateMs: number
  /** The longest time that the poller's thread was stalled during the poll, in ms. */
  readonly stalledMs: number
  /** Status of the answer that decided the verdict; 0 if there is none, for example over TCP. */
  readonly status: number
  /** Its reason phrase as the server sent it: escape it before printing. */
  readonly statusText: string
  /** More about the reason, for people. It may contain text of the server: escape it before printing. */
  readonly detail: string
  /** How many redirects were followed. */
  readonly redirects: number
  /** The URL of the last answer, without credentials. */
  readonly finalUrl: string
  /** The IP address of the last connection; '' if there was none. */
  readonly address: string
  /** `1.0`, `1.1` or `2`; '' if there was no answer. */
  readonly httpVersion: string
  /** Null without TLS. */
  readonly tls: TlsInfo | null
  /** Whether there was a second attempt. */
  readonly rechecked: boolean
  /** The poller that made the poll. */
  readonly poller: PollerNumber
}

/** The status of the answer is accepted, or the server does what its URL asks for. */
export interface Up extends StateBase {
  readonly verdict: 'up'
  readonly reason: ReasonOf<'up'>
}

/** The status of the answer is not accepted, or there was no valid answer. */
export interface Down extends StateBase {
  readonly verdict: 'down'
  readonly reason: ReasonOf<'down'>
}

/** headcount or this machine is at fault, so nothing is known of the URL. */
export interface Unknown extends StateBase {
  readonly verdict: 'unknown'
  readonly reason: ReasonOf<'unknown'>
}

/** The result of one poll. A failed poll is a State too; it never throws. */
export type State = Up | Down | Unknown
