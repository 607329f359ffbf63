import test from 'ava'
import { ResultsReader } from '../../../src/cluster/engine/results-reader.ts'
import type { ResultsEntry } from '../../../src/cluster/engine/engine.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

test('an entry that cannot be read keeps no other from being shown, and is said', async (t) => {
  const entry = (id: string, batch: string): ResultsEntry => ({
    id,
    node: 'a',
    zone: '',
    batches: new Map([[batch, new Uint8Array()]]),
  })
  const newer: ResultsEntry = { id: '1-1', node: 'b', zone: '', batches: null }
  const stream = [entry('1-0', 'cut off'), newer, entry('2-0', 'whole')]
  let looks = 0
  const engine = {
    newestResult: () => Promise.resolve(looks++ === 0 ? '0-0' : '2-0'),
    readResults: async (after: string) => {
      await new Promise((resolve) => setImmediate(resolve))
      return stream.filter(({ id }) => id > after)
    },
  }
  const shown: string[] = []
  const reads: string[][] = []
  const unreadable: string[] = []
  const show = (_zone: string, batch: string) => {
    if (batch === 'cut off') throw new RangeError('Offset is outside the bounds of the DataView')
    shown.push(batch)
  }
  const reader = new ResultsReader(
    engine,
    show,
    () => reads.push([...shown]),
    (node) => unreadable.push(node),
  )
  await reader.start()
  await waitUntil(() => shown.length > 0, 2_000)
  await reader.close()
  t.deepEqual(shown, ['whole'])
  // Once for all entries of a read.
  t.deepEqual(reads[0], ['whole'])
  t.deepEqual(unreadable, ['a', 'b'])
})
