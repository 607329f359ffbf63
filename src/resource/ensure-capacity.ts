type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array

/**
 * Returns the column if it has at least `size` rows, else a copy of twice its length, filled up with zeros. Zeros at the end
 * of the old column are not copied: a page of memory that is never written costs nothing, and when all URLs of a list
 * answer, most columns hold only zeros.
 */
export function ensureCapacity<T extends Column>(column: T, size: number): T {
  if (size <= column.length) return column
  const Longer = column.constructor as new (length: number) => T
  const larger = new Longer(Math.max(size, column.length * 2))
  let used = column.length
  while (used > 0 && column[used - 1] === 0) used--
  larger.set(column.subarray(0, used))
  return larger
}
