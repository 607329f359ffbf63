/** Bytes as MB (10⁶), with so many digits after the point. */
export function formatMegabytes(bytes: number, digits = 0): string {
  return `${(bytes / 1e6).toFixed(digits)} MB`
}
