import test from 'ava'
import { ClusterNode } from '../../../src/cluster/share/cluster-node.ts'
import type { Effect } from '../../../src/cluster/share/effect.ts'
import { LEASE_MS } from '../../../src/cluster/share/lease.ts'

const PLAN = new Map([
  ['a', 10],
  ['b', 10],
  ['c', 10],
  ['d', 10],
])

const types = (effects: readonly Effect[]) => effects.map(({ type }) => type)

/** A machine that has a lease from 0 on and asks for batches. */
function started(machines = 1): ClusterNode {
  const node = new ClusterNode(Infinity)
  node.connected(-LEASE_MS)
  node.planned(PLAN, 0)
  node.renewed(0, [], machines, 0)
  return node
}

function take(node: ClusterNode, batch: string, clean: boolean, sentAt: number, now = sentAt): Effect[] {
  return node.taken({ batch, token: `t-${batch}`, urls: 10, clean }, sentAt, now)
}

test('it asks for nothing before it has a lease', (t) => {
  const node = new ClusterNode(Infinity)
  t.deepEqual(node.connected(0), [])
  t.deepEqual(node.planned(PLAN, 0), [])
  t.deepEqual(types(node.renewed(0, [], 1, 5)), ['lease', 'take', 'take', 'take', 'take'])
})

test('a batch that was handed back is polled at once; any other when a lease is over', (t) => {
  const node = started()
  t.deepEqual(take(node, 'a', true, 100)[0], { type: 'lend', batch: 'a', from: 100, clean: true })
  t.deepEqual(take(node, 'b', false, 100)[0], {
    type: 'lend',
    batch: 'b',
    from: 100 + LEASE_MS,
    clean: false,
  })
})

test('after a new connection nothing is polled for a lease, whatever was handed back: the server may have forgotten who took it', (t) => {
  const node = started()
  node.connected(50)
  t.deepEqual(take(node, 'a', true, 100)[0], { type: 'lend', batch: 'a', from: 50 + LEASE_MS, clean: true })
})

test('when its lease is over, all is lost, and a renewal that comes late does not bring it back', (t) => {
  const node = started()
  take(node, 'a', true, 100)
  t.deepEqual(types(node.tick(LEASE_MS - 1)), [])
  const effects = node.renewed(LEASE_MS + 100, [], 1, LEASE_MS + 150)
  t.deepEqual(effects[0], { type: 'drop', batches: ['a'] })
  t.is(node.tokenOf('a'), null)
  t.deepEqual([...node.holdings()], [])
})

test('a renewal that was answered after its lease gives none', (t) => {
  const node = started()
  take(node, 'a', true, 100)
  t.deepEqual(types(node.renewed(300, [], 1, 300 + LEASE_MS + 1)), ['drop', 'lease'])
  t.deepEqual(types(node.tick(300 + LEASE_MS + 2)), [])
})

test('what the engine refuses is lost, and the rest is renewed', (t) => {
  const node = started()
  take(node, 'a', true, 100)
  take(node, 'b', true, 100)
  const effects = node.renewed(400, ['a'], 1, 405)
  t.deepEqual(effects.slice(0, 2), [
    { type: 'drop', batches: ['a'] },
    { type: 'lease', until: 400 + LEASE_MS },
  ])
  t.deepEqual([...node.holdings()], [['b', 't-b']])
  t.deepEqual(node.returned('a', 500), [], 'it is not handed back')
})

test('a batch that comes after its lease is left to run out', (t) => {
  const node = started()
  node.renewed(LEASE_MS, [], 1, LEASE_MS)
  t.deepEqual(types(take(node, 'a', true, 100, 100 + LEASE_MS)), [])
  t.is(node.tokenOf('a'), null)
})

test('when another machine joins, it hands back what is too much, when that is no longer polled', (t) => {
  const node = started()
  for (const batch of PLAN.keys()) take(node, batch, true, 100)
  const recalled = node.renewed(400, [], 2, 405).filter(({ type }) => type === 'recall')
  t.deepEqual(recalled, [
    { type: 'recall', batch: 'd' },
    { type: 'recall', batch: 'c' },
  ])
  t.is([...node.holdings()].length, 4, 'what is recalled is still renewed')
  t.deepEqual(node.returned('d', 500), [{ type: 'release', batch: 'd', token: 't-d', clean: true }])
  t.is([...node.holdings()].length, 3)
})

test('a batch that leaves the plan is handed back and ended', (t) => {
  const node = started()
  take(node, 'a', true, 100)
  t.deepEqual(node.planned(new Map([['b', 10]]), 110)[0], { type: 'recall', batch: 'a' })
  t.deepEqual(node.returned('a', 500), [{ type: 'finish', batch: 'a', token: 't-a', clean: true }])
})

test('at the end it hands everything back, also what was still on its way', (t) => {
  const node = started()
  take(node, 'a', true, 100)
  t.deepEqual(node.stop(), [{ type: 'recall', batch: 'a' }])
  t.deepEqual(take(node, 'b', true, 100), [{ type: 'recall', batch: 'b' }])
  node.returned('a', 500)
  node.returned('b', 500)
  for (let takes = 0; takes < 3; takes++) node.nothingToTake()
  t.true(node.isIdle)
  t.deepEqual(node.tick(200), [])
})

test('a machine without room asks for nothing', (t) => {
  const node = new ClusterNode(0)
  node.connected(0)
  node.planned(PLAN, 0)
  t.deepEqual(types(node.renewed(0, [], 1, 0)), ['lease'])
})

test('a machine that is drained hands everything back and asks for nothing until it is resumed', (t) => {
  const node = started()
  for (const batch of PLAN.keys()) take(node, batch, true, 100)
  node.drain(true)
  t.deepEqual(types(node.tick(200)), ['recall', 'recall', 'recall', 'recall'])
  for (const batch of PLAN.keys()) node.returned(batch, 300)
  t.deepEqual(types(node.tick(400)), [])
  node.drain(false)
  t.true(types(node.tick(500)).includes('take'))
})

test('a machine whose main cannot poll hands everything back without it, and asks for nothing until it can', (t) => {
  const node = started()
  for (const batch of ['a', 'b', 'c']) take(node, batch, true, 100)
  node.planned(new Map([...PLAN].filter(([batch]) => batch !== 'c')), 150)
  node.allow(false)
  t.deepEqual(node.tick(200), [
    { type: 'release', batch: 'a', token: 't-a', clean: false },
    { type: 'release', batch: 'b', token: 't-b', clean: false },
    { type: 'finish', batch: 'c', token: 't-c', clean: false },
    { type: 'drop', batches: ['a', 'b', 'c'] },
  ])
  t.deepEqual(node.tick(300), [])
  t.deepEqual([...node.holdings()], [])
  // What was asked for before is lent all the same.
  t.deepEqual(types(take(node, 'd', true, 400)), ['lend', 'release', 'drop'])
  node.allow(true)
  t.true(types(node.tick(500)).includes('take'))
  t.deepEqual(types(take(node, 'a', false, 600)), [], 'main has not said that it is back')
  t.deepEqual(node.returned('a', 700), [])
  t.is(types(take(node, 'a', false, 800))[0], 'lend')
})

test('what was to be polled only later is not handed back as if nobody could be polling it', (t) => {
  const node = started()
  take(node, 'a', false, 100)
  node.stop()
  t.like(node.returned('a', 100 + LEASE_MS - 1)[0], { type: 'release', clean: false })
})
