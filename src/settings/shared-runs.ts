/**
 * Marks in `hidden`, which has a byte for each UTF-16 unit of a text, each run of `size` units that one of the secrets also has. Secrets may
 * be as long as the body of a request: each is gone through once.
 */
export function markSharedRuns(
  text: string,
  secrets: readonly string[],
  size: number,
  hidden: Uint8Array,
): void {
  const runs = new Set<string>()
  for (let at = 0; at + size <= text.length; at++) runs.add(text.slice(at, at + size))
  const shared = new Set<string>()
  for (const secret of runs.size === 0 ? [] : secrets)
    for (let at = 0; at + size <= secret.length; at++) {
      const run = secret.slice(at, at + size)
      if (runs.has(run)) shared.add(run)
    }
  for (let at = 0; at + size <= text.length && shared.size > 0; at++)
    if (shared.has(text.slice(at, at + size))) hidden.fill(1, at, at + size)
}

/** A text with `sign` in place of each stretch that is marked in `hidden`. */
export function withoutMarked(text: string, hidden: Uint8Array, sign: string): string {
  let shown = ''
  for (let at = 0; at < text.length;) {
    const isHidden = hidden[at] === 1
    const next = hidden.indexOf(isHidden ? 0 : 1, at)
    const end = next === -1 ? text.length : next
    shown += isHidden ? sign : text.slice(at, end)
    at = end
  }
  return shown
}
