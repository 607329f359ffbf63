import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import type { Phases } from '../../state/state.ts'

/** Why a step of a poll did not come to its end: a value, never a throw. `local` means that the fault is ours. */
export interface Failure {
  readonly reason: Exclude<Reason, 'ok' | 'status'>
  /** For a person. */
  readonly detail: string
  /** The addresses that this machine has no way to, where that is all there is to say; else null. */
  readonly unroutable: readonly string[] | null
}

/** The parts of a poll that are timed. */
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

/** Makes a Failure. `detail`: the text of the reason where nothing more is known. */
export function failure(
  reason: Failure['reason'],
  detail: string = REASON_FACTS[reason].text,
  unroutable: readonly string[] | null = null,
): Failure {
  return new FailureValue(reason, detail, unroutable)
}

/**
 * One look of a poll under way, from its first look-up to its last header: one deadline for all of its steps, and the time
 * that each phase took. At the deadline the step that runs is destroyed and ends in a `timeout` that names its phase.
 */
export class Attempt {
  /** In ms on the monotonic clock. It moves when the thread stood still: that time was not the server's. */
  deadline: number
  readonly phasesMs: Phases
  #expired: Failure | null = null
  #abort: ((why: Failure) => void) | null = null
  #phase: Phase = 'dns'
  readonly #now: () => number

  /** `phasesMs`: what the look before took, which this one adds to. */
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
   * Runs one step in `phase`. `start` begins the work, calls `done` once with its value or a Failure, and returns what
   * destroys the work: called when the deadline passes first, never after `done`. One step runs at a time.
   */
  step<T>(phase: Phase, start: (done: (value: T | Failure) => void) => () => void): Promise<T | Failure> {
    if (this.#expired !== null) return Promise.resolve(this.#expired)
    const began = this.#now()
    this.#phase = phase
    return new Promise((resolve) => {
      let destroy: (() => void) | null = null
      let isSettled = false
      const settle = (value: T | Failure) => {
        if (isSettled) return
        isSettled = true
        this.#abort = null
        this.phasesMs[phase] += this.#now() - began
        resolve(value)
      }
      this.#abort = (why) => {
        destroy?.()
        settle(why)
      }
      destroy = start(settle)
    })
  }

  /** The deadline has passed: called by the wheel that holds all deadlines of a poller. */
  expire(): void {
    this.#expired ??= failure('timeout', `${REASON_FACTS.timeout.text} (${this.#phase})`)
    this.#abort?.(this.#expired)
  }
}
