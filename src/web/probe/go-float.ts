/** A number as Go's `strconv` writes it with `g`, and so the exporter: with an exponent below 1e-4 and from 1e+06 on. */
export function goFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  const size = Math.abs(value)
  // JavaScript writes these numbers in the same way.
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value)
  const [digits, sign, exponent = ''] = value.toExponential().split(/e([+-])/)
  return `${digits}e${sign}${exponent.padStart(2, '0')}`
}
