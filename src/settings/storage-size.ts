/** The least and the most that a history may take, in bytes. */
export const MIN_STORAGE = 1_000_000
export const MAX_STORAGE = 1_000_000_000_000_000

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  kib: 2 ** 10,
  mb: 1e6,
  mib: 2 ** 20,
  gb: 1e9,
  gib: 2 ** 30,
  tb: 1e12,
  tib: 2 ** 40,
}

/** Parses a size on a disk such as `512MB`, `2GB`, `1GiB` or `100000000`, in bytes. Throws a RangeError. */
export function parseStorageSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,15})([kmgt]i?b|b|)$/i.exec(text) ?? []
  const factor = number === '' ? undefined : UNITS[unit.toLowerCase()]
  if (factor === undefined) throw new RangeError('not a size, such as 512MB or 2GB')
  const bytes = Number(number) * factor
  if (bytes < MIN_STORAGE || bytes > MAX_STORAGE) throw new RangeError('not a size from 1MB to 1000TB')
  return bytes
}
