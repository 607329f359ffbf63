import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import type { LocalCause } from '../../state/local-causes.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'

/** Why a step of a poll failed: a value that is returned, never thrown. `local`: headcount or this machine is at fault. */
export interface Failure {
  readonly reason: Exclude<Reason, 'ok' | 'status'>
  /** A text for people. */
  readonly detail: string
  /** The addresses tried, if this machine has no route to any of them; otherwise null. */
  readonly unroutable: readonly string[] | null
}

/** Whether a step ended in a Failure. */
export function isFailure(value: unknown): value is Failure {
  return value instanceof FailureValue
}

class FailureValue implements Failure {
  readonly reason: Failure['reason']
  readonly detail: string
  readonly unroutable: readonly string[] | null
  constructor(reason: Failure['reason'], detail: string, unroutable: readonly string[] | null) {
    this.reason = reason
    this.detail = detail
    this.unroutable = unroutable
  }
}

/** Makes a Failure. Without a `detail` it has the text of its reason. */
export function failure(
  reason: Exclude<Failure['reason'], 'local'>,
  detail: string = REASON_FACTS[reason].text,
): Failure {
  return new FailureValue(reason, detail, null)
}

/** Makes a Failure with the reason `local`. Without a `detail` it has the text of its cause. */
export function localFailure(
  cause: LocalCause,
  detail: string = LOCAL_CAUSES[cause].text,
  unroutable: readonly string[] | null = null,
): Failure {
  return new FailureValue('local', detail, unroutable)
}

/** Makes a Failure with the reason `local`, the text of its cause, and what more is known. */
export function explainedFailure(cause: LocalCause, more: string): Failure {
  return localFailure(cause, `${LOCAL_CAUSES[cause].text}: ${more}`)
}

/** The same Failure with another detail. */
export function withDetail({ reason, unroutable }: Failure, detail: string): Failure {
  return new FailureValue(reason, detail, unroutable)
}
