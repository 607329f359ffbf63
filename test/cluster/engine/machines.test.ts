import test from 'ava'
import { machineStatus } from '../../helpers/machine-status.ts'
import { hasWhole, isLive, readHeard, saysOf } from '../../../src/cluster/engine/machines.ts'

const heard = (ageMs: number, says = '{"urls":3}') => readHeard({ name: 'b', ageMs, says })

test('a machine that was heard a moment ago takes its share', (t) => {
  t.true(isLive(heard(100)))
  t.false(isLive(heard(1_600)))
  t.false(isLive(heard(100, '{"isDrained":true}')))
  t.false(isLive(heard(100, '{"isReady":false}')))
})

test('one that died before the clock of the server was set back does not', (t) => {
  t.false(isLive(heard(-3_600_000)))
  t.true(isLive(heard(-5)))
})

test('a machine names its zone only if it has one', (t) => {
  t.false(saysOf(machineStatus('a')).includes('zone'))
  const says = saysOf({ ...machineStatus('a'), zone: 'eu' })
  t.is(readHeard({ name: 'a', ageMs: 0, says }).zone, 'eu')
})

test('what is no JSON says nothing', (t) => {
  t.like(heard(100), { name: 'b', urls: 3, batches: 0 })
  for (const says of ['', 'gone', 'null', '7']) t.like(heard(100, says), { name: 'b', urls: 0, version: '' })
})

test('only a machine that was heard a moment ago, in the same zone, and has read its lists can plan them', (t) => {
  const has = (rest: object) =>
    hasWhole([{ ...machineStatus('a'), zone: 'eu', isReady: false, ...rest }], 'eu')
  t.true(has({}))
  for (const rest of [{ list: '' }, { zone: '' }, { ageMs: 2_000 }, { isDrained: true }]) t.false(has(rest))
})
