import type { RawPoll } from './history-model.ts'

// What test/programs/write-history.ts records: the same at each run, so that a test knows what a killed process has written.

/** URLs: two blocks. */
export const SCRIPT_URLS = 1_200
/** Polls of each flush. */
export const POLLS_PER_FLUSH = 40
/** Of the simulated clock, in ms. */
export const FLUSH_STEP_MS = 10_000
/** When the first run begins, in ms since the epoch. */
export const SCRIPT_START = Date.UTC(2026, 4, 30)

const REASONS_OF_SCRIPT = ['ok', 'status', 'timeout', 'dns'] as const

/** The polls that come before flush `index`, from 1; `begin` is when the run begins. */
export function pollsOfFlush(index: number, begin: number): RawPoll[] {
  return Array.from({ length: POLLS_PER_FLUSH }, (_, poll) => {
    const number = index * POLLS_PER_FLUSH + poll
    // A few URLs are polled often, so that their incidents are long; the others are many.
    const url = number % 4 === 0 ? 1 + (number % 1_200) : 1 + ((number * 7) % 40) * 30
    const verdict = (number * 2_654_435_761) % 2 ** 32 < 2 ** 30 ? 1 : 0
    return {
      url,
      at: begin + (index - 1) * FLUSH_STEP_MS + poll * 200,
      verdict,
      reason: verdict === 0 ? 'ok' : (REASONS_OF_SCRIPT[1 + (number % 3)] as string),
      ms: 1 + (number % 977),
    }
  })
}
