type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array

/**
 * The column itself when it has `size` rows, else a copy of twice the length with zeros behind. Pages that hold nothing but
 * zeros are not written, so that they cost no memory: most columns stay so in a list whose URLs all answer.
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
