import test from 'ava'
import type { ResourceId } from '../../../src/resource/resource.ts'
import {
  FACTS_BYTES,
  FactsBatch,
  FactsRecords,
  readFactsRecord,
  unpackFactsBatch,
} from '../../../src/cluster/share/facts.ts'
import type { Facts } from '../../../src/cluster/share/facts.ts'
import { KEY_LENGTH, textKey } from '../../../src/cluster/share/text-hash.ts'

const FACTS: Facts = {
  verdict: 'down',
  errCount: 70_000,
  refusedStatus: 503,
  slotAt: 1_500.25,
  dueAt: 2_500.5,
  notBefore: 0,
  headRefusedUntil: 9_000,
}

const KEY = 'a'.repeat(KEY_LENGTH)

/** The record of a URL, as it lies in the engine. */
function recordOf(facts: Facts, offset: number): Buffer {
  const records = new FactsRecords()
  records.set(KEY, facts, offset)
  return records.bytes.subarray(KEY_LENGTH)
}

test('what is known of a URL is in the time of the engine while it lies there', (t) => {
  const record = recordOf(FACTS, 1_000_000)
  t.deepEqual(readFactsRecord(record, 1_000_000), FACTS)
  t.deepEqual(readFactsRecord(record, 999_000), {
    ...FACTS,
    slotAt: 2_500.25,
    dueAt: 3_500.5,
    headRefusedUntil: 10_000,
  })
})

test('the engine is told what is known of each URL last, by its key', (t) => {
  const records = new FactsRecords()
  t.is(records.bytes.length, 0)
  const keys = Array.from({ length: 320 }, (_, n) => textKey(`http://a.example/${n}`))
  for (const [n, key] of keys.entries()) records.set(key, { ...FACTS, errCount: n }, 0)
  records.set(keys[7] as string, { ...FACTS, errCount: 70_000 }, 0)
  const { bytes } = records
  const size = KEY_LENGTH + FACTS_BYTES
  t.is(bytes.length, keys.length * size)
  for (const [n, key] of keys.entries()) {
    t.is(bytes.toString('latin1', n * size, n * size + KEY_LENGTH), key)
    const record = bytes.subarray(n * size + KEY_LENGTH, (n + 1) * size)
    t.deepEqual(readFactsRecord(record, 0), { ...FACTS, errCount: n === 7 ? 70_000 : n })
  }
})

test('what another version has written, or nobody, is nothing', (t) => {
  const record = recordOf(FACTS, 0)
  record[0] = 2
  t.is(readFactsRecord(record, 0), null)
  t.is(readFactsRecord(record.subarray(1), 0), null)
  t.is(readFactsRecord(undefined, 0), null)
})

test('facts of several Resources go to another thread', (t) => {
  const batch = new FactsBatch()
  batch.add(3 as ResourceId, FACTS)
  batch.add(9 as ResourceId, { ...FACTS, verdict: 'pending', errCount: 0 })
  const seen: unknown[] = []
  unpackFactsBatch(batch.take(), (id, facts) => seen.push([id, facts]))
  t.deepEqual(seen, [
    [3, FACTS],
    [9, { ...FACTS, verdict: 'pending', errCount: 0 }],
  ])
})
