import { Packer, Unpacker } from '../resource/packer.ts'
import type { ResourceId } from '../resource/resource.ts'
import { REASON_FACTS, REASONS } from './reasons.ts'
import type { ZonePoll } from './zone-states.ts'

// States on their way between machines, on which the ids of Resources differ. Everything else of a State stays as it was packed: to
// unpack and pack each one would cost several times as much.

/** The layout of packed States. It changes when StateBatch packs otherwise, or a reason is put between others. */
export const STATE_LAYOUT = 1

/** A code of a method whose text follows, as in StateBatch. */
const OTHER_METHOD = 255
const PROXIED = 2

/** Calls `visit` with each State in a buffer of a StateBatch: whose it is, and the rest of it. */
export function splitStates(
  buffer: ArrayBuffer,
  visit: (id: ResourceId, generation: number, rest: Uint8Array) => void,
): void {
  const from = new Unpacker(buffer)
  while (from.hasMore) {
    const id = from.u32() as ResourceId
    const generation = from.u16()
    const start = from.at
    skipRest(from)
    visit(id, generation, new Uint8Array(buffer, start, from.at - start))
  }
}

/** Puts States together again for a monitor, as a StateBatch packs them. */
export class JoinedStates {
  readonly #packer = new Packer()

  /** How many bytes they take. */
  get length(): number {
    return this.#packer.length
  }

  /** Adds a State: whose it is on this machine, and the rest of it. */
  add(id: ResourceId, generation: number, rest: Uint8Array): void {
    this.#packer.u32(id)
    this.#packer.u16(generation)
    this.#packer.raw(rest)
  }

  /** Returns the buffer to transfer, and is empty then. */
  take(): ArrayBuffer {
    return this.#packer.take()
  }
}

/** Results of one batch, as they lie in the engine: of each the key of its URL and the rest of its State. */
export class KeyedStates {
  readonly #packer = new Packer()
  readonly #layout: number

  /** `layout`: the number of the layout of States. */
  constructor(layout = STATE_LAYOUT) {
    this.#layout = layout
  }

  /** How many bytes they take. */
  get length(): number {
    return this.#packer.length
  }

  add(key: string, rest: Uint8Array): void {
    if (this.#packer.length === 0) this.#packer.u8(this.#layout)
    this.#packer.text(key)
    this.#packer.bytes(rest, 0, rest.length)
  }

  take(): ArrayBuffer {
    return this.#packer.take()
  }
}

/** Calls `visit` with each result. Returns false if they are of another layout, written by another version. */
export function readKeyedStates(bytes: Uint8Array, visit: (key: string, rest: Uint8Array) => void): boolean {
  const from = new Unpacker(new Uint8Array(bytes).buffer)
  if (from.u8() !== STATE_LAYOUT) return false
  while (from.hasMore) {
    const key = from.text()
    visit(key, from.bytes())
  }
  return true
}

/** What a zone says of a URL by a poll: some of the rest of its State. A reason of a newer version says nothing. */
export function zonePollOf(rest: Uint8Array): ZonePoll {
  const from = new DataView(rest.buffer, rest.byteOffset)
  const reason = REASONS[from.getUint8(0)] ?? null
  const isProxied = (from.getUint8(1) & PROXIED) !== 0
  const at = from.getFloat64(2, true)
  // The method: one byte, or a text after it.
  let place = 11 + (from.getUint8(10) === OTHER_METHOD ? 2 + from.getUint16(11, true) : 0)
  const durationMs = from.getFloat32(place + 4, true)
  place += 4 + 4 + (isProxied ? 5 : 4) * 4 + 4 + 4
  const verdict = reason === null ? 'unknown' : REASON_FACTS[reason].verdict
  return { verdict, reason, status: from.getUint16(place, true), durationMs, at }
}

/** The same order as in StateBatch. */
function skipRest(from: Unpacker): void {
  from.skip(1)
  const bits = from.u8()
  from.skip(8)
  if (from.u8() === OTHER_METHOD) from.skipText()
  // Errors, duration, four phases; a fifth behind a proxy; lateness, stall; status, redirects, poller.
  from.skip(4 + 4 + 4 * 4 + ((bits & PROXIED) === 0 ? 0 : 4) + 4 + 4 + 2 + 2 + 2)
  for (let texts = 0; texts < 5; texts++) from.skipText()
  if (from.u8() === 0) return
  from.skipText()
  from.skip(8)
}
