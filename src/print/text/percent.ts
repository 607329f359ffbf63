/** A ratio from 0 to 1 as a percentage with two decimals. It is cut, not rounded, so that 100% means all of it. */
export function formatPercent(ratio: number): string {
  if (ratio === 1) return '100%'
  // A ratio such as 0.29 is a little less than its decimals say.
  return `${(Math.floor(Number((ratio * 10_000).toPrecision(12))) / 100).toFixed(2)}%`
}
