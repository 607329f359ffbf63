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
    for (let step = 0; step < STEPS; step++) {
      const polls = this.#ups[step] as number
      if (polls > 0) yield [step, polls]
    }
  }

  /** Percentiles are by nearest rank. */
  bucket(at: number): SumsBucket {
    const down = this.polls(DOWN)
    const unknown = this.polls(UNKNOWN)
    const maintenance = this.polls(MAINTENANCE)
    const polls = { polls: this.#up + down + unknown + maintenance, up: this.#up, down, unknown, maintenance }
    return { at, ...polls, ...this.#durations() }
  }

  /** In one pass: a chart has thousands of buckets. */
  #durations(): Pick<SumsBucket, 'min' | 'mean' | 'max' | 'p50' | 'p95'> {
    if (this.#up === 0) return NO_DURATIONS
    const ranks = [1, Math.ceil(0.5 * this.#up), Math.ceil(0.95 * this.#up), this.#up]
    const found: number[] = []
    let [seen, total] = [0, 0]
    for (let step = 0; step < STEPS; step++) {
      const polls = this.#ups[step] as number
      if (polls === 0) continue
      seen += polls
      total += stepMs(step) * polls
      while (seen >= (ranks[found.length] ?? Infinity)) found.push(round(stepMs(step)))
    }
    const [min = null, p50 = null, p95 = null, max = null] = found
    return { min, mean: round(total / this.#up), max, p50, p95 }
  }
}

const NO_DURATIONS = { min: null, mean: null, max: null, p50: null, p95: null }

/** A step holds no more digits. */
const round = (ms: number): number => Number(ms.toPrecision(4))
