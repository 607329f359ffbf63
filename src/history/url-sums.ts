import { STEPS, stepMs } from './duration-code.ts'
import { DOWN, HISTORY_VERDICTS, MAINTENANCE, UNKNOWN } from './poll-batch.ts'

/** Sums of one URL over a time. Durations are those of polls that were up, in ms, within DURATION_ERROR; null if there are none. */
export interface SumsBucket {
  /** The beginning, in ms since the epoch. */
  readonly at: number
  readonly polls: number
  readonly up: number
  readonly down: number
  readonly unknown: number
  readonly maintenance: number
  readonly min: number | null
  readonly mean: number | null
  readonly max: number | null
  readonly p50: number | null
  readonly p95: number | null
}

/** Sums of one URL: the sketch of its durations, and its other polls. */
export class UrlSums {
  readonly #ups = new Float64Array(STEPS)
  readonly #others = new Float64Array(HISTORY_VERDICTS.length)
  #up = 0

  addUps(step: number, polls: number): void {
    this.#ups[step] = (this.#ups[step] as number) + polls
    this.#up += polls
  }

  addOthers(verdict: number, polls: number): void {
    this.#others[verdict] = (this.#others[verdict] as number) + polls
  }

  /** Polls with a verdict. */
  polls(verdict: number): number {
    return verdict === 0 ? this.#up : (this.#others[verdict] as number)
  }

  get isEmpty(): boolean {
    return this.#up === 0 && this.#others.every((polls) => polls === 0)
  }

  /** The steps that have polls, with their number. */
  *steps(): Generator<[number, number]> {
    for (const [step, polls] of this.#ups.entries()) if (polls > 0) yield [step, polls]
  }

  /** The duration below which a share of the polls is (nearest rank), in ms; null without polls that were up. */
  percentile(share: number): number | null {
    const rank = Math.max(1, Math.ceil(share * this.#up))
    let seen = 0
    for (const [step, polls] of this.steps()) {
      seen += polls
      if (seen >= rank) return round(stepMs(step))
    }
    return null
  }

  bucket(at: number): SumsBucket {
    const [down, unknown, maintenance] = [DOWN, UNKNOWN, MAINTENANCE].map((verdict) => this.polls(verdict))
    let total = 0
    for (const [step, polls] of this.steps()) total += stepMs(step) * polls
    return {
      at,
      polls: this.#up + (down ?? 0) + (unknown ?? 0) + (maintenance ?? 0),
      up: this.#up,
      down: down ?? 0,
      unknown: unknown ?? 0,
      maintenance: maintenance ?? 0,
      min: this.percentile(0),
      mean: this.#up === 0 ? null : round(total / this.#up),
      max: this.percentile(1),
      p50: this.percentile(0.5),
      p95: this.percentile(0.95),
    }
  }
}

/** A step holds no more digits. */
const round = (ms: number): number => Number(ms.toPrecision(4))
