import { getHeapSpaceStatistics } from 'node:v8'
import { createObjectsYoung } from '../../src/runtime/heap-flags.ts'

// Prints by how much the old generation grew while objects were created, in bytes, of a kind that grew old before. Run it with a young
// generation of 1 MB: V8 learns only when that can't grow. With the argument `young` they are to be created there.

if (process.argv[2] === 'young') createObjectsYoung()

interface Link {
  readonly at: readonly number[]
}

function create(at: number): Link {
  return { at: [at, at, at, at] }
}

const kept: Link[] = Array.from({ length: 200_000 }, (_, at) => create(at))
for (let at = 0; at < 3_000_000; at++) kept[at % kept.length] = create(at)

const oldBytes = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0
let last = create(0)
// The least of several: a collection in between moves what grew old before.
let grown = Infinity
for (let count = 0; count < 5; count++) {
  const before = oldBytes()
  for (let at = 0; at < 5_000; at++) last = create(at)
  grown = Math.min(grown, oldBytes() - before)
}
process.stdout.write(JSON.stringify({ grown, last: last.at.length }))
