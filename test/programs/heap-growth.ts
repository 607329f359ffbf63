import { getHeapSpaceStatistics } from 'node:v8'
import { keepHeapsSmall, letHeapsGrow } from '../../src/runtime/heap-flags.ts'

// Prints the size of the young generation in bytes: at first, and after objects were created that live for a while, with `keepHeapsSmall` and
// then with `letHeapsGrow`.

function createObjects(): number {
  const kept: object[] = []
  for (let at = 0; at < 1_000_000; at++) kept[at % 200_000] = { at: [at] }
  return kept.length === 0 ? 0 : youngBytes()
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  return young?.space_size ?? 0
}

keepHeapsSmall()
const first = youngBytes()
const small = createObjects()
letHeapsGrow()
process.stdout.write(JSON.stringify({ first, small, grown: createObjects() }))
