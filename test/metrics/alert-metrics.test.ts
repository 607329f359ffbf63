import test from 'ava'
import { alertPoints } from '../../src/metrics/alert-metrics.ts'
import { NO_ALERT_FIGURES } from '../../src/state/alert-figures.ts'

test('there are no samples without alerts, and totals of zero with them', (t) => {
  t.deepEqual(Object.values(alertPoints(null)).flat(), [])
  t.deepEqual(alertPoints({ ...NO_ALERT_FIGURES, dropped: 0 }), {
    alertsFiring: [],
    alertsMuted: [{ labels: {}, value: 0 }],
    silences: [{ labels: {}, value: 0 }],
    maintenance: [],
    notifications: [],
    notificationsPending: [{ labels: {}, value: 0 }],
    alertsDropped: [{ labels: {}, value: 0 }],
  })
})

test('what fires and what was sent has its labels', (t) => {
  const points = alertPoints({
    ...NO_ALERT_FIGURES,
    firing: [[['web', 'down'], 3]],
    notifications: [[['ops', 'dead'], 1]],
    maintenance: [[['sunday updates'], 1]],
    pending: 2,
    dropped: 4,
  })
  t.deepEqual(points.alertsFiring, [{ labels: { rule: 'web', kind: 'down' }, value: 3 }])
  t.deepEqual(points.notifications, [{ labels: { receiver: 'ops', result: 'dead' }, value: 1 }])
  t.deepEqual(points.maintenance, [{ labels: { window: 'sunday updates' }, value: 1 }])
  t.is(points.notificationsPending[0]?.value, 2)
  t.is(points.alertsDropped[0]?.value, 4)
})
