import type { Alert } from '../../src/alerts/alert.ts'
import type { Notification } from '../../src/alerts/notification.ts'
import { alertOf, seenDown } from './alert-samples.ts'

const AT = Date.UTC(2026, 10, 26, 10, 42, 7)

/** An alert about a URL that is down, with other values for some fields. */
export function makeAlert(fields: Partial<Alert> = {}): Alert {
  return alertOf('shop', {
    key: 'a1',
    url: 'https://shop.example/cart',
    labels: { team: 'web' },
    since: AT - 90_000,
    state: seenDown(AT - 1_000, { durationMs: 41.27, errCount: 0, certificateExpiresAt: AT + 86_400_000 }),
    ...fields,
  })
}

/** A notification of alerts, with other values for some fields. */
export function makeNotification(fields: Partial<Notification> = {}): Notification {
  const alerts = fields.alerts ?? [makeAlert()]
  return {
    id: '6f1a2b3c4d5e6f708192a3b4c5d6e7f8',
    groupKey: '00112233445566778899aabbccddeeff',
    firstId: fields.id ?? '6f1a2b3c4d5e6f708192a3b4c5d6e7f8',
    status: 'firing',
    cause: 'new',
    rule: 'web',
    kind: 'down',
    severity: 'critical',
    total: alerts.length,
    firing: alerts.length,
    commonLabels: { team: 'web' },
    commonHost: 'shop.example',
    at: AT,
    link: 'https://status.example/',
    ...fields,
    alerts,
  }
}
