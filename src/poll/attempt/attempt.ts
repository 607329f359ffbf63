import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import type { LocalCause } from '../../state/local-causes.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import type { Phases } from '../../state/state.ts'

/** Why a step of a poll failed: a value that is returned, never thrown. `local`: headcount or this machine is at fault. */
export interface Failure {
  readonly reason: Exclude<Reason, 'ok' | 'status'>
  /** A text for people. */
  readonly detail: string
  /** The addresses tried, if this machine has no route to any of them; otherwise null. */
  readonly unroutable: readonly string[] | null
}

/** The phases of a poll, which are timed. */
export type Phase = keyof Phases

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

/** The same Failure with another detail. */
export function withDetail({ reason, unroutable }: Failure, detail: string): Failure {
  return new FailureValue(reason, detail, unroutable)
}

/**
 * One attempt of a poll, from the first DNS lookup to the last header: one deadline for all of its steps, and the time that
 * each phase took. At the deadline the running step is aborted and fails with `timeout`, which names its phase.
 */
export class Attempt {
  /** In ms on the monotonic clock. Extended when the thread was stalled: the server did not use that time. */
  deadline: number
  readonly phasesMs: Phases
  #expired: Failure | null = null
  #abort: ((why: Failure) => void) | null = null
  #phase: Phase = 'dns'
  readonly #now: () => number

  /** `phasesMs`: the times of the first attempt of the poll, to which a second one adds its own. */
  constructor(
    deadline: number,
    now: () => number,
    phasesMs: Phases = { dns: 0, connect: 0, tls: 0, wait: 0 },
  ) {
    this.deadline = deadline
    this.#now = now
    this.phasesMs = phasesMs
  }

  /**
   * Runs one step in `phase`. `start` begins the work, calls `done` once with a value or a Failure, and returns a function
   * that aborts the work. That function is called if the deadline passes first, never after `done`. One step runs at a time.
   */
  step<T>(phase: Phase, start: (done: (value: T | Failure) => void) => () => void): Promise<T | Failure> {
    if (this.#expired !== null) return Promise.resolve(this.#expired)
    const began = this.#now()
    this.#phase = phase
    return new Promise((resolve) => {
      let abortWork: (() => void) | null = null
      let isSettled = false
      const settle = (value: T | Failure) => {
        if (isSettled) return
        isSettled = true
        this.#abort = null
        this.phasesMs[phase] += this.#now() - began
        resolve(value)
      }
      this.#abort = (why) => {
        abortWork?.()
        settle(why)
      }
      abortWork = start(settle)
    })
  }

  /** Aborts the attempt with `timeout`. Deadlines calls it when the deadline has passed. */
  expire(): void {
    this.#expired ??= failure('timeout', `${REASON_FACTS.timeout.text} (${this.#phase})`)
    this.#abort?.(this.#expired)
  }
}
