import type { Notification } from '../notification.ts'

/** A host that does not exist: RFC 2606 reserves its name. */
const HOST = 'headcount-test.example'

/** What `headcount notify` sends, and what templates are tried with. `at`: in ms since the epoch; `id`: unique. */
export function testNotification(receiver: string, id: string, at: number): Notification {
  const state = {
    at,
    verdict: 'down',
    reason: 'status',
    status: 503,
    detail: '503 Service Unavailable',
    durationMs: 12.5,
    errCount: 3,
    certificateExpiresAt: Number.NaN,
  } as const
  const labels = { receiver }
  return {
    id,
    groupKey: id,
    firstId: id,
    status: 'firing',
    cause: 'test',
    rule: 'test',
    kind: 'down',
    severity: 'info',
    alerts: [
      {
        key: id,
        rule: 'test',
        kind: 'down',
        severity: 'info',
        url: `https://${HOST}/`,
        group: '',
        labels,
        since: at,
        resolvedAt: null,
        summary: 'a test of headcount: nothing is down',
        state,
      },
    ],
    total: 1,
    firing: 1,
    commonLabels: labels,
    commonHost: HOST,
    at,
    link: '',
  }
}
