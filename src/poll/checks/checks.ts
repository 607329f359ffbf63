import type { UrlOptions } from '../../settings/url-options.ts'
import type { Phases } from '../../state/state.ts'
import type { Failure } from '../attempt/failure.ts'
import type { HttpResponse } from '../http/exchange.ts'
import { bodyChecks, failedBody } from './body-check.ts'
import type { BodyChecks } from './body-check.ts'
import { failedHeader, headerChecks } from './header-check.ts'
import type { HeaderCheck } from './header-check.ts'
import { slowAnswer } from './time-check.ts'

/** What an answer with an accepted status must be like. */
export interface Checks {
  readonly headers: readonly HeaderCheck[]
  /** Null: no body is read. */
  readonly body: BodyChecks | null
  /** How long it may take, in ms; Infinity for any time. */
  readonly maxTimeMs: number
}

/** Why an answer with an accepted status is not up all the same. */
export interface FailedCheck {
  readonly failure: Failure
  /** How much too late the answer came, in ms; 0 if something else is wrong with it. */
  readonly lateMs: number
}

/** The checks that these options ask for; null for none. */
export function checksOf(options: UrlOptions): Checks | null {
  const { responseHeaders, maxTimeMs } = options
  const body = bodyChecks(options)
  if (responseHeaders.length === 0 && body === null && maxTimeMs === null) return null
  return { headers: headerChecks(responseHeaders), body, maxTimeMs: maxTimeMs ?? Infinity }
}

/** How long an attempt took, in all and in each of its phases, in ms. */
export interface AttemptTimes {
  readonly elapsedMs: number
  readonly phasesMs: Readonly<Phases>
}

/** The first check that an answer fails, or null. */
export function failedCheck(
  { headers, body: wanted, maxTimeMs }: Checks,
  { fields, body }: HttpResponse,
  { elapsedMs, phasesMs }: AttemptTimes,
): FailedCheck | null {
  // Without HTTP there are no headers and no body: what flags demand of them is for other URLs.
  const failure =
    (fields === null ? null : failedHeader(headers, fields)) ??
    (wanted === null || body === null ? null : failedBody(wanted, body))
  if (failure !== null) return { failure, lateMs: 0 }
  if (elapsedMs <= maxTimeMs) return null
  return { failure: slowAnswer(elapsedMs, maxTimeMs, phasesMs), lateMs: elapsedMs - maxTimeMs }
}
