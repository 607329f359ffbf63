import { REASON_FACTS } from '../../state/reasons.ts'
import type { Phases } from '../../state/state.ts'
import { failure, localFailure } from './failure.ts'
import type { Failure } from './failure.ts'
import type { WheelEntry } from './wheel-slots.ts'

/** Whether a step may begin; null: always. */
export type StepGuard = (() => boolean) | null

/** The phases of a poll, which are timed. */
export type Phase = Exclude<keyof Phases, 'proxy'>

/** An attempt as Deadlines added it. */
export interface Timed {
  readonly attempt: Attempt
  /** The deadline before it was extended, and when it was added, in ms. */
  readonly deadline: number
  readonly at: number
  /** Sum of all stalls before, in ms. */
  readonly stalledMs: number
  /** Whether its deadline is never extended. */
  readonly isFixed: boolean
}

/** Never seen: whoever forbids a step takes no State of the poll. */
const FORBIDDEN = localFailure('unknown-error', 'the step may not begin')

/**
 * One attempt of a poll, from the first DNS lookup to the last header: one deadline for all of its steps, and the time that
 * each phase took. At the deadline the running step is aborted and fails with `timeout`, which names its phase.
 */
export class Attempt {
  /** In ms on the monotonic clock. Extended when the thread was stalled: the server did not use that time. */
  deadline: number
  /** Where Deadlines has it; null: it was never added. */
  entry: WheelEntry<Timed> | null = null
  readonly phasesMs: Phases
  #expired: Failure | null = null
  #abort: ((why: Failure) => void) | null = null
  #phase: Phase | 'body' = 'dns'
  readonly #now: () => number
  readonly #mayBegin: StepGuard
  #isForbidden = false

  /**
   * `phasesMs`: the times of the first attempt of the poll, to which a second one adds its own. `mayBegin`: whether a step may
   * begin; null: always.
   */
  constructor(
    deadline: number,
    now: () => number,
    phasesMs: Phases = { dns: 0, connect: 0, tls: 0, wait: 0 },
    mayBegin: StepGuard = null,
  ) {
    this.deadline = deadline
    this.#now = now
    this.#mayBegin = mayBegin
    this.phasesMs = phasesMs
  }

  /** The head of the answer has arrived, and the rest of the step reads its body: a timeout says so. */
  readsBody(): void {
    this.#phase = 'body'
  }

  /** Whether a step was not begun because it may not. What came of the attempt says nothing then. */
  get isForbidden(): boolean {
    return this.#isForbidden
  }

  /** Whether it was aborted, by its deadline or for another reason: no further step begins. */
  get isOver(): boolean {
    return this.#expired !== null
  }

  /** The phase of the last step. */
  get phase(): Phase {
    return this.#phase === 'body' ? 'wait' : this.#phase
  }

  /**
   * Runs one step in `phase`. `start` begins the work, calls `done` once with a value or a Failure, and returns a function
   * that aborts the work. That function is called if the deadline passes first, never after `done`, which it may call with a value that is
   * there already. One step runs at a time.
   */
  step<T>(phase: Phase, start: (done: (value: T | Failure) => void) => () => void): Promise<T | Failure> {
    if (this.#mayBegin !== null && !this.#mayBegin()) {
      this.#isForbidden = true
      this.abort(FORBIDDEN)
    }
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
    this.abort(failure('timeout', `${REASON_FACTS.timeout.text} (${this.#phase})`))
  }

  /** Goes on with another part, which has until this deadline, also if the part before has expired. Call it between `Deadlines.remove` and `add`. */
  goOn(deadline: number): void {
    this.deadline = deadline
    this.#expired = null
  }

  /** Aborts the running step and all later ones with this Failure. */
  abort(why: Failure): void {
    this.#expired ??= why
    this.#abort?.(this.#expired)
  }
}
