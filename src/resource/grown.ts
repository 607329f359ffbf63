type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array

/** The column itself when it has `size` rows, else a copy of twice the length with zeros behind. */
export function grown<T extends Column>(column: T, size: number): T {
  if (size <= column.length) return column
  const Longer = column.constructor as new (length: number) => T
  const larger = new Longer(Math.max(size, column.length * 2))
  larger.set(column)
  return larger
}
