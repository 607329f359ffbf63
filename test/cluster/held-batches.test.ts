import test from 'ava'
import type { ClusterMessage } from '../../src/cluster/engine/messages.ts'
import { HeldBatches } from '../../src/cluster/held-batches.ts'
import { PlannedUrls } from '../../src/cluster/planned-urls.ts'
import { flagsOf } from '../../src/command/flag-table.ts'
import { BoundedProfiles } from '../../src/reload/bounded-profiles.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { Profiles } from '../../src/settings/profiles.ts'

test('a batch that was taken while this machine was already ending is returned, though it was never lent', (t) => {
  const profiles = new BoundedProfiles(new Profiles(flagsOf(new Map()).url), t.fail)
  const posted: ClusterMessage[] = []
  const unused = () => t.fail() as never
  const held = new HeldBatches(
    new PlannedUrls(new ResourceTable(), profiles),
    { url: unused, cadence: unused },
    { adopt: unused, giveUp: unused, isLent: unused, stateOf: unused },
    (message) => posted.push(message),
  )
  held.recall('one')
  t.deepEqual(posted, [{ type: 'returned', batches: ['one'] }])
})
