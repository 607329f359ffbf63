import test from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import { StateBatch, unpackStates } from '../../src/state/state-batch.ts'
import {
  JoinedStates,
  KeyedStates,
  readKeyedStates,
  splitStates,
  zonePollOf,
} from '../../src/state/state-records.ts'
import type { SentState } from '../../src/state/state-batch.ts'
import { up } from '../helpers/state.ts'

const STATES = [
  up(3, { generation: 7 }),
  up(4, { method: 'PROPFIND', detail: 'é'.repeat(400), statusText: 'a' }),
  up(5, { phasesMs: { dns: 1, connect: 2, tls: 3, wait: 4, proxy: 5 } }),
  up(6, { tls: { protocol: 'TLSv1.3', expiresAt: 1_900_000_000_000 } }),
  up(9, { finalUrl: `http://a.example/${'x'.repeat(70_000)}` }),
]

const packed = () => {
  const batch = new StateBatch()
  for (const one of STATES) batch.add(one)
  return batch.take()
}

const unpacked = (buffer: ArrayBuffer) => {
  const all: SentState[] = []
  unpackStates(buffer, (one) => all.push(one))
  return all
}

test('States that are split and joined are what they were, but for whose they are', (t) => {
  const joined = new JoinedStates()
  splitStates(packed(), (id, generation, rest) => joined.add((id + 100) as ResourceId, generation + 1, rest))
  const moved = unpacked(packed()).map((one) => ({
    ...one,
    id: one.id + 100,
    generation: one.generation + 1,
  }))
  t.deepEqual(unpacked(joined.take()) as unknown, moved)
  t.is(joined.length, 0)
})

test('the same by way of the engine, where they have keys', (t) => {
  const keyed = new KeyedStates()
  splitStates(packed(), (id, _generation, rest) => keyed.add(`key ${id}`, rest))
  const joined = new JoinedStates()
  const bytes = new Uint8Array(keyed.take())
  t.true(readKeyedStates(bytes, (key, rest) => joined.add(Number(key.slice(4)) as ResourceId, 0, rest)))
  t.deepEqual(
    unpacked(joined.take()) as unknown,
    unpacked(packed()).map((one) => ({ ...one, generation: 0 })),
  )
})

test('what another version has written is left alone', (t) => {
  const keyed = new KeyedStates(2)
  keyed.add('key', new Uint8Array(3))
  t.false(readKeyedStates(new Uint8Array(keyed.take()), () => t.fail()))
})

test('what a zone says of a URL is read from the rest of its State', (t) => {
  const got: unknown[] = []
  splitStates(packed(), (_id, _generation, rest) => got.push(zonePollOf(rest)))
  t.deepEqual(
    got,
    STATES.map(({ verdict, reason, status, durationMs, at }) => ({
      verdict,
      reason,
      status,
      durationMs,
      at,
    })),
  )
  const unheard = Uint8Array.from({ length: 60 }, () => 0)
  unheard[0] = 0xee
  t.like(zonePollOf(unheard), { verdict: 'unknown', reason: null })
})
