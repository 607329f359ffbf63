import test from 'ava'
import type { ClusterMessage } from '../../src/cluster/engine/messages.ts'
import { HeldBatches } from '../../src/cluster/held-batches.ts'
import { PlannedUrls } from '../../src/cluster/planned-urls.ts'
import { FactsBatch } from '../../src/cluster/share/facts.ts'
import { flagsOf } from '../../src/command/flag-table.ts'
import { BoundedProfiles } from '../../src/reload/bounded-profiles.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { unpolledResource } from '../../src/resource/resource.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import type { HandedOver } from '../../src/schedule/handover.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import { waitUntil } from '../helpers/wait-until.ts'

test('a batch that was taken while this machine was already ending is returned, though it was never lent', (t) => {
  const profiles = new BoundedProfiles(new Profiles(flagsOf(new Map()).url), t.fail)
  const posted: ClusterMessage[] = []
  const unused = () => t.fail() as never
  const held = new HeldBatches(
    new PlannedUrls(new ResourceTable(), profiles),
    { url: unused, cadence: unused },
    { adopt: unused, giveUp: unused, isLent: unused, stateOf: unused, revoke: unused },
    (message) => posted.push(message),
  )
  held.recall('one')
  t.deepEqual(posted, [{ type: 'returned', batches: ['one'] }])
})

test('pollers begin no poll of a batch that is recalled, though they have its Resources', async (t) => {
  const profiles = new BoundedProfiles(new Profiles(flagsOf(new Map()).url), t.fail)
  const planned = new PlannedUrls(new ResourceTable(), profiles)
  const targets = '[["http://a.example/1",null,null],["http://a.example/2",null,null]]'
  const { ids } = planned.define({ type: 'define', batch: 'one', version: '', targets, facts: [] })
  const [lent, asleep] = ids as [ResourceId, ResourceId]
  const posted: ClusterMessage['type'][] = []
  const revoked: ResourceId[] = []
  let isLent = true
  const held = new HeldBatches(
    planned,
    { url: () => '', cadence: () => ({ intervalMs: 1_000, errorBackoffMs: 0, maxBackoffMs: 0 }) },
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

test('a clock that was set back makes no server have asked for more time than any may', (t) => {
  const profiles = new BoundedProfiles(new Profiles(flagsOf(new Map()).url), t.fail)
  const planned = new PlannedUrls(new ResourceTable(), profiles)
  const targets = '[["http://a.example/1",null,null],["http://a.example/2",null,null]]'
  const { ids } = planned.define({ type: 'define', batch: 'one', version: '', targets, facts: [] })
  const adopted: HandedOver[] = []
  const unused = () => t.fail() as never
  const held = new HeldBatches(
    planned,
    { url: () => '', cadence: () => ({ intervalMs: 1_000, errorBackoffMs: 0, maxBackoffMs: 0 }) },
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
