import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { ClusterMessage } from '../../src/cluster/engine/messages.ts'
import { HeldBatches } from '../../src/cluster/held-batches.ts'
import { PlannedUrls } from '../../src/cluster/planned-urls.ts'
import { FactsBatch, unpackFactsBatch } from '../../src/cluster/share/facts.ts'
import type { Facts } from '../../src/cluster/share/facts.ts'
import { takenOver } from '../../src/cluster/share/slots.ts'
import { flagsOf } from '../../src/command/flag-table.ts'
import { BoundedProfiles } from '../../src/reload/bounded-profiles.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { unpolledResource } from '../../src/resource/resource.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { monotonicMs } from '../../src/runtime/clock.ts'
import type { HandedOver } from '../../src/schedule/handover.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const URLS = {
  url: () => '',
  cadence: () => ({ intervalMs: 1_000, errorBackoffMs: 0, maxBackoffMs: 0 }),
  timeoutMs: () => 10_000,
}

/** A plan that knows the batch `one`, of two URLs. */
function planOfTwo(t: ExecutionContext) {
  const profiles = new BoundedProfiles(new Profiles(flagsOf(new Map()).url), t.fail)
  const planned = new PlannedUrls(new ResourceTable(), profiles)
  const targets = '[["http://a.example/1",null,null],["http://a.example/2",null,null]]'
  const { ids } = planned.define({ type: 'define', batch: 'one', version: '', targets, facts: [] })
  return { planned, ids: ids as [ResourceId, ResourceId] }
}

test('a batch that was taken while this machine was already ending is returned, though it was never lent', (t) => {
  const profiles = new BoundedProfiles(new Profiles(flagsOf(new Map()).url), t.fail)
  const posted: ClusterMessage[] = []
  const unused = () => t.fail() as never
  const held = new HeldBatches(
    new PlannedUrls(new ResourceTable(), profiles),
    { url: unused, cadence: unused, timeoutMs: unused },
    { adopt: unused, giveUp: unused, isLent: unused, stateOf: unused, revoke: unused },
    (message) => posted.push(message),
  )
  held.recall('one')
  t.deepEqual(posted, [{ type: 'returned', batches: ['one'] }])
})

test('pollers begin no poll of a batch that is recalled, though they have its Resources', async (t) => {
  const { planned, ids } = planOfTwo(t)
  const [lent, asleep] = ids
  const posted: ClusterMessage['type'][] = []
  const revoked: ResourceId[] = []
  let isLent = true
  const held = new HeldBatches(
    planned,
    URLS,
    {
      adopt: () => {},
      giveUp: () => [lent],
      isLent: (id) => id === lent && isLent,
      stateOf: (id) => ({ resource: { ...unpolledResource(id, '' as Url) }, slotAt: 0 }),
      revoke: (all) => revoked.push(...all),
    },
    ({ type }) => posted.push(type),
  )
  const facts = new ArrayBuffer(0)
  held.lend({ type: 'lend', batch: 'one', facts, from: 0, clean: true, offset: 0 })
  held.recall('one')
  t.deepEqual(revoked, [lent])
  t.not(lent, asleep)
  t.deepEqual(posted, [], 'the poll in flight is waited for')
  isLent = false
  await waitUntil(() => posted.length > 0)
  t.deepEqual(posted, ['facts', 'returned'])
})

test('a URL whose poll does not end before its batch is handed back rests until the poll is over', async (t) => {
  const { planned, ids } = planOfTwo(t)
  const [lent, asleep] = ids
  const told = new Map<ResourceId, Facts>()
  let isReturned = false
  const slotAt = monotonicMs() + 300
  const held = new HeldBatches(
    planned,
    URLS,
    {
      adopt: () => {},
      giveUp: () => [lent],
      isLent: (id) => id === lent,
      stateOf: (id) => ({ resource: { ...unpolledResource(id, '' as Url), dueAt: slotAt }, slotAt }),
      revoke: () => {},
    },
    (message) => {
      if (message.type === 'facts') unpackFactsBatch(message.facts, (id, facts) => told.set(id, facts))
      isReturned ||= message.type === 'returned'
    },
  )
  held.lend({ type: 'lend', batch: 'one', facts: new ArrayBuffer(0), from: 0, clean: true, offset: 0 })
  const began = monotonicMs()
  held.recall('one')
  await waitUntil(() => isReturned)
  t.is(told.get(asleep)?.dueAt, slotAt)
  const { dueAt, slotAt: next, notBefore } = told.get(lent) as Facts
  t.true(notBefore >= began + 10_000)
  t.true(dueAt >= notBefore && dueAt < notBefore + 1_000, 'the first slot after it')
  t.is(dueAt, next)
  t.is(Math.round(next - slotAt) % 1_000, 0)
  const taken = takenOver({ slotAt: next, dueAt }, 1_000, notBefore, began + 700, true)
  t.is(Math.round(taken.dueAt), Math.round(dueAt), 'also on the machine that takes it')
})

test('a clock that was set back makes no server have asked for more time than any may', (t) => {
  const { planned, ids } = planOfTwo(t)
  const adopted: HandedOver[] = []
  const unused = () => t.fail() as never
  const held = new HeldBatches(
    planned,
    URLS,
    {
      adopt: (all) => adopted.push(...all),
      giveUp: unused,
      isLent: unused,
      stateOf: unused,
      revoke: unused,
    },
    unused,
  )
  const facts = new FactsBatch()
  const known = {
    verdict: 'up',
    errCount: 0,
    slotAt: 0,
    dueAt: 0,
    headRefusedUntil: 0,
    refusedStatus: 0,
  } as const
  for (const [n, notBefore] of [86_400_000, 8_000].entries())
    facts.add(ids[n] as ResourceId, { ...known, notBefore })
  held.lend({ type: 'lend', batch: 'one', facts: facts.take(), from: 500, clean: false, offset: 0 })
  t.deepEqual(
    adopted.map(({ resource: { notBefore, dueAt } }) => [notBefore, dueAt]),
    [
      [3_600_500, 3_601_000],
      [8_000, 8_000],
    ],
  )
})
