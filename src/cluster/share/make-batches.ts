import { hashText } from './text-hash.ts'

/** The most URLs of one batch in a long list. A batch moves as a whole, so a machine takes what it does not hold in steps of this size. */
const MAX_URLS = 320

/** The fewest that a batch may be limited to: of a short list, an origin with so many URLs still stays together. */
const MIN_LIMIT = 8

/** A list of any length makes some more batches than this, so that a few machines can share it evenly. */
const BATCHES = 48

const HASH_BITS = 32

/** What is known of a URL for this. */
export interface Placed {
  readonly url: string
  /** As `originOf` names it. */
  readonly origin: string
}

/** A batch: its name, which follows from the origins in it, and its URLs. */
export interface Batch<Item extends Placed> {
  readonly id: string
  readonly items: readonly Item[]
}

/** The most URLs of one batch, for a list of this many. It changes in steps of two, so that few batches change with the length. */
export function batchLimit(urls: number): number {
  let limit = MIN_LIMIT
  while (limit < urls / BATCHES) limit *= 2
  return Math.min(limit, MAX_URLS)
}

/**
 * Divides URLs into batches. Those of one origin stay together unless they are more than `limit`. A batch is what begins with the same
 * bits: of the hash of the origin, then of that of the URL. It is divided in two when it grows beyond the limit; all others stay as they are.
 * All items are read before the first batch comes.
 */
export function* makeBatches<Item extends Placed>(
  items: Iterable<Item>,
  limit: number,
): Generator<Batch<Item>> {
  const hashed: Hashed<Item>[] = []
  for (const item of items)
    hashed.push({ item, origin: hashText(item.origin), url: hashText(item.url, 0x9747_b28c) })
  yield* divide(hashed, 0, limit)
}

interface Hashed<Item> {
  readonly item: Item
  readonly origin: number
  readonly url: number
}

function* divide<Item extends Placed>(
  all: readonly Hashed<Item>[],
  depth: number,
  limit: number,
): Generator<Batch<Item>> {
  const first = all[0]
  if (first === undefined) return
  if (all.length <= limit || depth === 2 * HASH_BITS) {
    yield { id: idOf(first, depth), items: all.map(({ item }) => item) }
    return
  }
  const sides: [Hashed<Item>[], Hashed<Item>[]] = [[], []]
  for (const one of all) sides[bitOf(one, depth)].push(one)
  for (const side of sides) yield* divide(side, depth + 1, limit)
}

function bitOf({ origin, url }: Hashed<Placed>, depth: number): 0 | 1 {
  const hash = depth < HASH_BITS ? origin : url
  return ((hash >>> (HASH_BITS - 1 - (depth % HASH_BITS))) & 1) as 0 | 1
}

/** The bits that all URLs of the batch begin with. */
function idOf(one: Hashed<Placed>, depth: number): string {
  const bits = (hash: number) => hash.toString(2).padStart(HASH_BITS, '0')
  return `b${(bits(one.origin) + bits(one.url)).slice(0, depth)}`
}
