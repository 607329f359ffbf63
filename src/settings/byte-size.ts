/** The largest size that a setting takes, in bytes. */
export const MAX_BYTES = 64 * 1024 * 1024

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1_024,
  kb: 1_000,
  kib: 1_024,
  m: 1_048_576,
  mb: 1_000_000,
  mib: 1_048_576,
}

/** Writes a size as it can be parsed. */
export function writeBytes(bytes: number): string {
  if (bytes % 1_048_576 === 0) return `${bytes / 1_048_576}MiB`
  return bytes % 1_024 === 0 ? `${bytes / 1_024}KiB` : String(bytes)
}

/** Parses a size such as `64KiB`, `1MiB`, `10kB` or `5000`, in bytes. Throws a RangeError. */
export function parseBytes(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9})([kKMm](?:i?B)?|B|)$/.exec(text) ?? []
  const factor = number === '' ? undefined : UNITS[unit.toLowerCase()]
  if (factor === undefined) throw new RangeError('not a size, such as 64KiB, 1MiB or 5000')
  const bytes = Number(number) * factor
  if (bytes < 1 || bytes > MAX_BYTES) throw new RangeError('not a size from 1 byte to 64MiB')
  return bytes
}
