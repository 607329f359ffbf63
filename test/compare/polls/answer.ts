import type { Case } from './case.ts'
import type { Site } from './site.ts'

/** What a tool makes of a case. */
export interface Answer {
  readonly verdict: 'up' | 'down' | 'unknown'
  /** 0: it names none. */
  readonly status: number
  /** Why not up: a reason of headcount, a number of curl, a word of the Go program; '' where the tool does not say. */
  readonly why: string
}

/** Asks all cases that a tool can be asked. Those that it has no words for are missing in the result. */
export type AskAll = (site: Site, cases: readonly Case[]) => Promise<ReadonlyMap<Case, Answer>>

/** The deadline of a poll, unless a case says otherwise: no case comes near it. */
export const TIMEOUT_MS = 20_000

/** Does something with each of many, so many at a time. */
export async function eachOf<Item>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const item of left) await work(item)
    }),
  )
}
