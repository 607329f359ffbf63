import { COUNT, objectOf, TIME } from './json-schema.ts'
import type { Schema } from './json-schema.ts'

const TEXT: Schema = { type: 'string' }
const TIME_OR_NULL: Schema = { type: ['string', 'null'], format: 'date-time' }
const LABELS: Schema = { type: 'object', additionalProperties: TEXT }

const STATE = objectOf(
  {
    at: TIME,
    verdict: { enum: ['up', 'down', 'unknown'] },
    reason: TEXT,
    status: { type: ['integer', 'null'] },
    detail: { ...TEXT, description: 'It may hold text of the server' },
    durationMs: { type: 'number', minimum: 0 },
    errCount: COUNT,
    certificateExpiresAt: TIME_OR_NULL,
  },
  'What the last poll saw',
)

const ALERT = objectOf({
  key: { ...TEXT, description: 'The same for the same rule, kind and URL, also after a restart' },
  rule: TEXT,
  kind: { ...TEXT, description: 'The condition of the rule' },
  severity: { enum: ['info', 'warning', 'critical'] },
  url: { ...TEXT, description: 'Empty for a group' },
  group: { ...TEXT, description: 'label=value for a group, otherwise empty' },
  labels: LABELS,
  since: TIME,
  resolvedAt: TIME_OR_NULL,
  summary: { ...TEXT, description: 'One line for people' },
  state: { anyOf: [STATE, { type: 'null' }] },
  phase: {
    enum: ['waiting', 'muted', 'told', 'resolved', 'unwatched'],
    description:
      'waiting: told when the wait of its group is over. resolved, unwatched: its end is told then',
  },
  muted: { type: 'boolean', description: 'Maintenance, a silence or another alert keeps it from being told' },
  groupKey: { ...TEXT, description: 'Of the alerts that are told together' },
  acknowledged: { anyOf: [objectOf({ by: TEXT, at: TIME }), { type: 'null' }] },
})

const NOTIFICATION = objectOf({
  id: { ...TEXT, description: 'The idempotency key' },
  receiver: TEXT,
  title: TEXT,
  groupKey: TEXT,
  failedAttempts: COUNT,
  said: { ...TEXT, description: 'What came of the last attempt, for people' },
  createdAt: TIME,
  finishedAt: TIME_OR_NULL,
})

const MATCH: Schema = {
  type: 'array',
  items: objectOf({ label: TEXT, value: { ...TEXT, description: 'As in label.NAME' } }),
}

const SILENCE = objectOf({
  id: TEXT,
  author: TEXT,
  comment: TEXT,
  url: { type: ['string', 'null'], description: 'The only URL that it is for; null: any' },
  match: MATCH,
  from: TIME,
  to: TIME,
})

const MAINTENANCE = objectOf({
  name: TEXT,
  match: MATCH,
  open: { type: 'boolean', description: 'Alerts of URLs with these labels are not told now' },
  from: { ...TIME_OR_NULL, description: 'When it opened, or opens next; null: it does not come again' },
  to: TIME_OR_NULL,
})

/** The schemas of the answers about alerts. */
export const ALERT_SCHEMAS: Readonly<Record<string, Schema>> = {
  AlertList: objectOf({
    alerts: { type: 'array', items: ALERT },
    total: { ...COUNT, description: 'How many there are' },
  }),
  NotificationList: objectOf({
    notifications: { type: 'array', items: NOTIFICATION },
    pending: { ...COUNT, description: 'Notifications that must be sent yet' },
  }),
  SilenceList: objectOf({ silences: { type: 'array', items: SILENCE } }),
  MaintenanceList: objectOf({ windows: { type: 'array', items: MAINTENANCE } }),
  SilenceId: objectOf({ id: TEXT }),
  Acknowledged: objectOf({ key: TEXT, by: TEXT }),
}
