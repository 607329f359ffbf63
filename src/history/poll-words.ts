import { endianness } from 'node:os'
import { DamagedBlob } from '../sqlite/store-error.ts'
import { deflate, inflate } from './deflate.ts'
import { PHASES } from './poll-batch.ts'

// A poll in memory and in blobs: four words of 32 bits.
//   0: number of the URL in its block (10 bits), time within the bucket in ms (19 bits), verdict (2 bits). Sorted by this word, polls
//      are in the order of URL and time.
//   1: duration (16 bits), status (16 bits)
//   2: reason (8 bits)
//   3: steps of the durations of four phases (8 bits each)

/** Words of a poll. */
export const WORDS = 4
/** URLs whose columns share a blob. */
export const BLOCK = 1_000

export const placeWord = (local: number, offsetMs: number, verdict: number): number =>
  ((local << 21) | (offsetMs << 2) | verdict) >>> 0

/** The code of a duration, and a status. */
export const answerWord = (duration: number, status: number): number =>
  ((duration << 16) | (status & 0xffff)) >>> 0

export const localOf = (place: number): number => place >>> 21
export const offsetOf = (place: number): number => (place >>> 2) & 0x7_ffff
export const verdictOf = (place: number): number => place & 3
export const durationOf = (answer: number): number => answer >>> 16
export const statusOf = (answer: number): number => answer & 0xffff

/** Polls as a blob: what differs from the poll before in word 0, the bytes of all words in planes, deflated. `key`: of its row. */
export function packPolls(words: Uint32Array, key: number): Uint8Array {
  const polls = words.length / WORDS
  const planes = new Uint8Array(words.length * 4)
  let before = 0
  for (let poll = 0; poll < polls; poll++) {
    const place = words[poll * WORDS] as number
    putPlanes(planes, polls, poll, 0, (place - before) >>> 0)
    before = place
    for (let word = 1; word < WORDS; word++)
      putPlanes(planes, polls, poll, word, words[poll * WORDS + word] as number)
  }
  return deflate(planes, key)
}

function putPlanes(planes: Uint8Array, polls: number, poll: number, word: number, value: number): void {
  const at = word * 4 * polls + poll
  planes[at] = value
  planes[at + polls] = value >>> 8
  planes[at + 2 * polls] = value >>> 16
  planes[at + 3 * polls] = value >>> 24
}

/** Reads what `packPolls` wrote. Throws if it is damaged. */
export function unpackPolls(blob: Uint8Array, key: number): Uint32Array {
  const planes = inflate(blob, key)
  const polls = planes.length / (WORDS * 4)
  if (!Number.isInteger(polls)) throw new DamagedBlob('a blob of polls has no whole number of polls')
  const words = new Uint32Array(polls * WORDS)
  let before = 0
  for (let poll = 0; poll < polls; poll++) {
    before = (before + planeWord(planes, polls, poll, 0)) >>> 0
    words[poll * WORDS] = before
    for (let word = 1; word < WORDS; word++) words[poll * WORDS + word] = planeWord(planes, polls, poll, word)
  }
  return words
}

function planeWord(planes: Uint8Array, polls: number, poll: number, word: number): number {
  const at = word * 4 * polls + poll
  const low = (planes[at] as number) | ((planes[at + polls] as number) << 8)
  const high = (planes[at + 2 * polls] as number) | ((planes[at + 3 * polls] as number) << 8)
  return (low | (high << 16)) >>> 0
}

/** Polls of several lists in one. */
export function joinWords(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Which half of 64 bits is the lower one. */
const LOWER = endianness() === 'LE' ? 0 : 1

/** Puts polls in the order of URL and time. */
export function sortPolls(words: Uint32Array): Uint32Array {
  const polls = words.length / WORDS
  // The place in the upper half, the number of the poll in the lower.
  const keys = new BigUint64Array(polls)
  const halves = new Uint32Array(keys.buffer)
  for (let poll = 0; poll < polls; poll++) {
    halves[poll * 2 + LOWER] = poll
    halves[poll * 2 + 1 - LOWER] = words[poll * WORDS] as number
  }
  keys.sort()
  const sorted = new Uint32Array(words.length)
  for (let poll = 0; poll < polls; poll++) {
    const from = (halves[poll * 2 + LOWER] as number) * WORDS
    for (let word = 0; word < WORDS; word++) sorted[poll * WORDS + word] = words[from + word] as number
  }
  return sorted
}

/** The four steps of phases in a word. 0 stands for a phase that was not reached. */
export function phasesWord(steps: ArrayLike<number>): number {
  let word = 0
  for (let phase = 0; phase < PHASES; phase++) word |= (steps[phase] as number) << (phase * 8)
  return word >>> 0
}
