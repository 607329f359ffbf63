/** A seeded generator of numbers from 0 up to 1 (mulberry32): a run that fails can be run again. */
export function seeded(seed: number): { next(): number; below(n: number): number } {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return { next, below: (n) => Math.floor(next() * n) }
}

/** A number from 0 to 1 that looks random and is the same for the same `n` each time. */
export function noise(n: number): number {
  return ((Math.imul(n + 1, 2_654_435_761) >>> 0) % 10_007) / 10_007
}
