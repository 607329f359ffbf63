import { Packer, Unpacker } from '../resource/packer.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { reasonByte, reasonOfByte } from './reason-byte.ts'
import type { ZonePoll, ZoneState } from './zone-states.ts'

/** What zones say of URLs, packed for the monitor. */
export class ZoneBatch {
  readonly #packer = new Packer()

  /** How many bytes were written. */
  get length(): number {
    return this.#packer.length
  }

  /** Adds what a zone says. `zones`: the names of all that live, of which its number is sent. */
  add(id: ResourceId, generation: number, zones: readonly string[], state: ZoneState): void {
    const packer = this.#packer
    packer.u32(id)
    packer.u16(generation)
    packer.u16(zones.indexOf(state.zone))
    packer.u8(VERDICTS.indexOf(state.verdict))
    packer.u8(reasonByte(state.reason))
    packer.u16(state.status)
    packer.f32(state.durationMs)
    packer.f64(state.at)
  }

  /** Returns the buffer to transfer, and is empty then. */
  take(): ArrayBuffer {
    return this.#packer.take()
  }
}

/** Calls `visit` with each entry of a buffer that a ZoneBatch made. `zone`: its number. */
export function unpackZones(
  buffer: ArrayBuffer,
  visit: (id: ResourceId, generation: number, zone: number, poll: ZonePoll) => void,
): void {
  const from = new Unpacker(buffer)
  while (from.hasMore) {
    const [id, generation, zone] = [from.u32() as ResourceId, from.u16(), from.u16()]
    visit(id, generation, zone, {
      verdict: VERDICTS[from.u8()] as Verdict,
      reason: reasonOfByte(from.u8()),
      status: from.u16(),
      durationMs: from.f32(),
      at: from.f64(),
    })
  }
}
