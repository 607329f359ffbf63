import { markSharedRuns, withoutMarked } from '../../settings/shared-runs.ts'

/** Runs of a secret that are shorter, in UTF-16 units, are shown: they may be anything. */
const MIN_RUN = 4

/** A secret as short as this is hidden only as a whole. */
const MIN_SECRET = 3

/** A text of a server with `***` for every run of `minRun` or more characters that one of the secrets also has, and for whole shorter secrets. */
export function mask(text: string, secrets: readonly string[], minRun = MIN_RUN): string {
  if (text.length < MIN_SECRET || secrets.length === 0) return text
  const shorter = new Set(secrets.filter(({ length }) => length >= MIN_SECRET && length < minRun))
  const hidden = new Uint8Array(text.length)
  markSharedRuns(text, secrets, minRun, hidden)
  for (let at = 0; at + MIN_SECRET <= text.length && shorter.size > 0; at++)
    for (let length = MIN_SECRET; length < minRun; length++)
      if (shorter.has(text.slice(at, at + length))) hidden.fill(1, at, at + length)
  return withoutMarked(text, hidden, '***').toWellFormed()
}
