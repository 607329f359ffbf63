import { Packer, Unpacker } from '../resource/packer.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { Verdict } from '../resource/resource.ts'

/** What is known of one URL. Times of day in ms since the epoch, durations in ms. */
export interface UrlRow {
  /** Without credentials. */
  readonly url: string
  /** Its labels as one JSON object; '' if it has none. */
  readonly labels: string
  readonly verdict: Verdict
  /** 0 without an answer. */
  readonly status: number
  /** When its last poll ended; 0 if that is not known. */
  readonly at: number
  readonly duration: number
  readonly dns: number
  readonly connect: number
  readonly tls: number
  readonly wait: number
  /** When its certificate expires; 0 if not known. */
  readonly expiresAt: number
}

/** Some URLs, in the order of the list. */
export interface UrlPage {
  /** UrlRows, packed by a UrlPacker. */
  readonly rows: ArrayBuffer
  /** Where the next page begins; null: this is the last one. */
  readonly next: number | null
}

/** Packs UrlRows. */
export class UrlPacker {
  readonly #packer = new Packer()

  add(row: UrlRow): void {
    const packer = this.#packer
    packer.text(row.url)
    packer.text(row.labels)
    packer.u8(VERDICTS.indexOf(row.verdict))
    packer.u16(row.status)
    packer.f64(row.at)
    packer.f32(row.duration)
    packer.f32(row.dns)
    packer.f32(row.connect)
    packer.f32(row.tls)
    packer.f32(row.wait)
    packer.f64(row.expiresAt)
  }

  /** Returns the buffer to transfer. */
  take(): ArrayBuffer {
    return this.#packer.take()
  }
}

/** Calls `visit` for each row. */
export function unpackRows(rows: ArrayBuffer, visit: (row: UrlRow) => void): void {
  const from = new Unpacker(rows)
  while (from.hasMore)
    visit({
      url: from.text(),
      labels: from.text(),
      verdict: VERDICTS[from.u8()] as Verdict,
      status: from.u16(),
      at: from.f64(),
      duration: from.f32(),
      dns: from.f32(),
      connect: from.f32(),
      tls: from.f32(),
      wait: from.f32(),
      expiresAt: from.f64(),
    })
}
