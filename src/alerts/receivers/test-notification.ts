import { createHash } from 'node:crypto'
import type { Notification } from '../notification.ts'

/** A host that does not exist: RFC 2606 reserves its name. */
const HOST = 'headcount-test.example'

/** What `headcount notify` sends, and what templates are tried with. `at`: in ms since the epoch; `id`: unique. */
export function testNotification(
  receiver: string,
  id: string,
  at: number,
  status: Notification['status'] = 'firing',
): Notification {
  // The same for each test of a receiver, so that the end of one closes what another has opened.
  const groupKey = createHash('sha256').update(`test of ${receiver}`).digest('hex').slice(0, 32)
  const alert = {
    key: groupKey,
    rule: 'test',
    kind: 'down',
    severity: 'info',
    url: `https://${HOST}/`,
    group: '',
    labels: { receiver },
    since: at,
    resolvedAt: status === 'firing' ? null : at,
    summary: 'a test of headcount: nothing is down',
    state: {
      at,
      verdict: 'down',
      reason: 'status',
      status: 503,
      detail: 'Service Unavailable',
      durationMs: 12.5,
      errCount: 0,
      certificateExpiresAt: Number.NaN,
    },
  } as const
  return {
    id,
    groupKey,
    firstId: id,
    status,
    cause: 'test',
    rule: alert.rule,
    kind: alert.kind,
    severity: alert.severity,
    alerts: [alert],
    total: 1,
    firing: status === 'firing' ? 1 : 0,
    commonLabels: alert.labels,
    commonHost: HOST,
    at,
    link: '',
  }
}
