/** How many batches one command changes. */
const CHUNK = 64

/** Parts of a list of batches, in its order. */
export function* chunks<T>(all: readonly T[], size = CHUNK): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}
