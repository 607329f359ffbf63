import { getHeapSpaceStatistics } from 'node:v8'
import { keepHeapsSmall, letHeapsGrow } from '../../src/runtime/heap-flags.ts'

// Prints the size of the young generation in bytes, after objects were created that live for a while: with `keepHeapsSmall`, and with
// `letHeapsGrow` after it.

function createObjects(): number {
  const kept: object[] = []
  for (let at = 0; at < 1_000_000; at++) kept[at % 200_000] = { at: [at] }
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  return kept.length === 0 ? 0 : (young?.space_size ?? 0)
}

keepHeapsSmall()
const small = createObjects()
letHeapsGrow()
process.stdout.write(JSON.stringify({ small, grown: createObjects() }))
