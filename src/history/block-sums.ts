import { Packer } from '../resource/packer.ts'
import { deflate, inflate } from './deflate.ts'
import { STEPS, stepOf } from './duration-code.ts'
import { DOWN, MAINTENANCE, UNKNOWN, UP } from './poll-batch.ts'
import { BLOCK, durationOf, localOf, verdictOf, WORDS } from './poll-words.ts'
import { UrlSums } from './url-sums.ts'
import { varint, VarintReader } from './varint.ts'

/** Steps of a URL, padded. */
const ROW = STEPS + 1

/**
 * Sums of one block of URLs over one bucket: for each URL, how many polls were up in each step of duration, and how many were not.
 * That is the sketch too: it merges by adding, and percentiles are read from it within DURATION_ERROR.
 */
export class BlockSums {
  readonly #ups = new Uint32Array(BLOCK * ROW)
  /** Polls of the other verdicts, by verdict and URL; those of UP stay 0. */
  readonly #others = [UP, DOWN, UNKNOWN, MAINTENANCE].map(() => new Uint32Array(BLOCK))
  /** URLs from 0 to this one have sums. */
  #size = 0

  clear(): void {
    this.#ups.fill(0, 0, this.#size * ROW)
    for (const column of this.#others) column.fill(0)
    this.#size = 0
  }

  /** Adds polls as a PollLog has them. */
  addPolls(words: Uint32Array): void {
    for (let at = 0; at < words.length; at += WORDS) {
      const place = words[at] as number
      const local = localOf(place)
      const verdict = verdictOf(place)
      if (verdict === UP) this.#add(local, stepOf(durationOf(words[at + 1] as number)), 1)
      else this.#addOther(local, verdict, 1)
    }
  }

  /** Adds the sums of a blob. Throws if it is damaged. */
  addBlob(blob: Uint8Array, key: number): void {
    visitSums(blob, key, ALL, {
      ups: (local, step, polls) => this.#add(local, step, polls),
      others: (local, verdict, polls) => this.#addOther(local, verdict, polls),
    })
  }

  /** Adds those of one URL. */
  addUrl(local: number, sums: UrlSums): void {
    for (const [step, polls] of sums.steps()) this.#add(local, step, polls)
    for (const verdict of [DOWN, UNKNOWN, MAINTENANCE]) {
      const polls = sums.polls(verdict)
      if (polls > 0) this.#addOther(local, verdict, polls)
    }
  }

  #add(local: number, step: number, polls: number): void {
    if (local >= this.#size) this.#size = local + 1
    const at = local * ROW + step
    this.#ups[at] = (this.#ups[at] as number) + polls
  }

  #addOther(local: number, verdict: number, polls: number): void {
    if (local >= this.#size) this.#size = local + 1
    const column = this.#others[verdict] as Uint32Array
    column[local] = (column[local] as number) + polls
  }

  /** Visits the URLs that have polls, by their number in the block. */
  visit(visitor: (local: number, sums: UrlSums) => void): void {
    for (let local = 0; local < this.#size; local++) {
      const sums = new UrlSums()
      for (let step = 0; step < STEPS; step++) {
        const polls = this.#ups[local * ROW + step] as number
        if (polls > 0) sums.addUps(step, polls)
      }
      for (const [verdict, column] of this.#others.entries()) sums.addOthers(verdict, column[local] as number)
      if (!sums.isEmpty) visitor(local, sums)
    }
  }

  /** A column after the other: how many steps, which, how many polls in each, then the polls that were not up. */
  toBlob(key: number): Uint8Array {
    const counts = new Packer()
    const steps = new Packer()
    const polls = new Packer()
    for (let local = 0; local < this.#size; local++) counts.u8(this.#packUrl(local, steps, polls))
    const head = new Packer()
    head.u16(this.#size)
    const others = new Packer()
    for (const verdict of [DOWN, UNKNOWN, MAINTENANCE]) {
      const column = this.#others[verdict] as Uint32Array
      for (let local = 0; local < this.#size; local++) varint(others, column[local] as number)
    }
    const columns = [head, counts, steps, polls, others].map((packer) => new Uint8Array(packer.take()))
    return deflate(Buffer.concat(columns), key)
  }

  /** Steps as the difference to the one before. */
  #packUrl(local: number, steps: Packer, polls: Packer): number {
    let count = 0
    let before = 0
    for (let step = 0; step < STEPS; step++) {
      const ups = this.#ups[local * ROW + step] as number
      if (ups === 0) continue
      steps.u8(step - before)
      varint(polls, ups)
      before = step
      count++
    }
    return count
  }
}

/** Any URL of a block. */
const ALL = -1

interface SumsVisitor {
  ups(local: number, step: number, polls: number): void
  others(local: number, verdict: number, polls: number): void
}

/** Adds what a blob has of one URL. Throws if it is damaged. */
export function addUrlOfBlob(blob: Uint8Array, key: number, local: number, to: UrlSums): void {
  visitSums(blob, key, local, {
    ups: (_local, step, polls) => to.addUps(step, polls),
    others: (_local, verdict, polls) => to.addOthers(verdict, polls),
  })
}

function visitSums(blob: Uint8Array, key: number, only: number, visitor: SumsVisitor): void {
  const bytes = inflate(blob, key)
  const size = (bytes[0] as number) | ((bytes[1] as number) << 8)
  const countsAt = 2
  let steps = countsAt + size
  let total = 0
  for (let local = 0; local < size; local++) total += bytes[countsAt + local] as number
  const reader = new VarintReader(bytes, steps + total)
  for (let local = 0; local < size; local++) {
    const count = bytes[countsAt + local] as number
    if (only !== ALL && only !== local) {
      steps += count
      reader.skip(count)
      continue
    }
    let step = 0
    for (let index = 0; index < count; index++) {
      step += bytes[steps++] as number
      visitor.ups(local, step, reader.next())
    }
  }
  for (const verdict of [DOWN, UNKNOWN, MAINTENANCE]) visitOthers(reader, size, only, verdict, visitor)
}

function visitOthers(
  reader: VarintReader,
  size: number,
  only: number,
  verdict: number,
  visitor: SumsVisitor,
): void {
  if (only !== ALL) reader.skip(Math.min(only, size))
  const end = only === ALL ? size : Math.min(only + 1, size)
  for (let local = only === ALL ? 0 : only; local < end; local++) {
    const polls = reader.next()
    if (polls > 0) visitor.others(local, verdict, polls)
  }
  reader.skip(size - end)
}
