import test from 'ava'
import type { ResourceId } from '../../../src/resource/resource.ts'
import {
  factsRecord,
  FactsBatch,
  readFactsRecord,
  unpackFactsBatch,
} from '../../../src/cluster/share/facts.ts'
import type { Facts } from '../../../src/cluster/share/facts.ts'

const FACTS: Facts = {
  verdict: 'down',
  errCount: 70_000,
  refusedStatus: 503,
  slotAt: 1_500.25,
  dueAt: 2_500.5,
  notBefore: 0,
  headRefusedUntil: 9_000,
}

test('what is known of a URL is in the time of the engine while it lies there', (t) => {
  const record = factsRecord(FACTS, 1_000_000)
  t.deepEqual(readFactsRecord(record, 1_000_000), FACTS)
  t.deepEqual(readFactsRecord(record, 999_000), {
    ...FACTS,
    slotAt: 2_500.25,
    dueAt: 3_500.5,
    headRefusedUntil: 10_000,
  })
})

test('what another version has written, or nobody, is nothing', (t) => {
  const record = factsRecord(FACTS, 0)
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
