import type { Packer } from '../resource/packer.ts'
import { DamagedBlob } from '../sqlite/store-error.ts'

/** Writes a number: seven bits a byte, the lowest first. */
export function varint(packer: Packer, value: number): void {
  let rest = value
  while (rest > 127) {
    packer.u8((rest & 127) | 128)
    rest >>>= 7
  }
  packer.u8(rest)
}

/** Reads what `varint` wrote. */
export class VarintReader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** Passes over some values. */
  skip(values: number): void {
    let at = this.#at
    for (let left = values; left > 0; left--) while ((this.#bytes[at++] as number) > 127);
    this.#at = at
  }

  next(): number {
    let value = 0
    let shift = 0
    for (;;) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new DamagedBlob('a blob of sums ends too early')
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
      shift += 7
    }
  }
}
