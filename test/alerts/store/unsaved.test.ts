import test from 'ava'
import { EMPTY_TURN } from '../../../src/alerts/plan/planner-state.ts'
import { pendingRow } from '../../../src/alerts/store/delivery-row.ts'
import { Unsaved } from '../../../src/alerts/store/unsaved.ts'
import { makeNotification } from '../../helpers/notification.ts'

test('of what is made and ends while nothing can be written, the last is kept', (t) => {
  const unsaved = new Unsaved()
  const notification = makeNotification()
  const row = (sequence: number) =>
    pendingRow({ sequence, receiver: 'ops', groupKey: notification.groupKey }, 0)
  const make = (sequence: number) => {
    const turn = { ...EMPTY_TURN, notifications: [{ sequence, notification, receivers: ['ops'] }] }
    unsaved.turn(turn)
    unsaved.delivery(row(sequence))
  }
  // One that the file has as pending.
  unsaved.delivery({ ...row(1), state: 'sent' })
  make(2)
  for (let sequence = 3; sequence <= 5_000; sequence++) {
    make(sequence)
    unsaved.delivery({ ...row(sequence), state: 'sent' })
  }
  const sequences = Array.from(unsaved.deliveries.values(), ({ sequence }) => sequence)
  t.deepEqual(sequences.slice(0, 2), [1, 2])
  t.deepEqual(
    sequences.slice(-1_000),
    Array.from({ length: 1_000 }, (_, n) => n + 4_001),
  )
  t.true(sequences.length < 2_010)
  t.deepEqual([...unsaved.notifications.keys()], sequences.slice(1))
})
