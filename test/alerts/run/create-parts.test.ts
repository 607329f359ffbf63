import test from 'ava'
import type { AlertPhase } from '../../../src/alerts/plan/planner-state.ts'
import { toldOf } from '../../../src/alerts/run/create-parts.ts'
import { makeAlert } from '../../helpers/notification.ts'

test('what was told counts until its end is told', (t) => {
  const phases: AlertPhase[] = ['waiting', 'muted', 'told', 'resolved', 'unwatched']
  const rows = phases.map((phase) => ({ groupKey: 'g', phase, alert: makeAlert({ url: phase }) }))
  const other = { groupKey: 'other', phase: 'told', alert: makeAlert({ url: 'other' }) } as const
  t.deepEqual([...toldOf([...rows, other], 'g')], ['told', 'resolved', 'unwatched'])
})
