import test from 'ava'
import { planChanges } from '../../../src/cluster/share/plan-changes.ts'

test('what a plan adds, replaces and removes', (t) => {
  const before = new Map([
    ['same', '1'],
    ['other', '1'],
    ['gone', '1'],
  ])
  const after = new Map([
    ['same', '1'],
    ['other', '2'],
    ['new', '1'],
  ])
  t.deepEqual(planChanges(before, after), { added: ['new'], replaced: ['other'], removed: ['gone'] })
})
