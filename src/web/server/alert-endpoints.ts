import type { LabelMatcher, Silence } from '../../alerts/alert-rule.ts'
import { matcherText } from '../../alerts/plan/matcher-text.ts'
import type { ListedAlert, ListedDelivery, ListedWindow } from '../../alerts/run/alert-question.ts'
import { isoDate } from '../../resource/iso-date.ts'
import { jsonText } from '../../print/text/json.ts'
import type { AlerterClient } from './alerter-client.ts'
import {
  ACKNOWLEDGE_PARAMETERS,
  ALERT_PARAMETERS,
  DEFAULT_ROWS,
  MAX_ROWS,
  NOTIFICATION_PARAMETERS,
  parseNotificationState,
  parseSilence,
  requiredText,
  SILENCE_ID_PARAMETERS,
  SILENCE_PARAMETERS,
} from './alert-parameters.ts'
import { ApiError } from './api-error.ts'
import { parseLimit } from './api-parameters.ts'
import type { Endpoint } from './endpoint.ts'

/** The paths of the API about alerts. `prefix`: what they begin with. `now`: in ms since the epoch. */
export function alertEndpoints(
  alerter: Pick<AlerterClient, 'ask'>,
  prefix: string,
  now: () => number,
): readonly Endpoint[] {
  return [
    {
      path: `${prefix}alerts`,
      summary: 'Alerts that fire, or whose end is to be told yet, the oldest first',
      parameters: ALERT_PARAMETERS,
      schema: 'AlertList',
      async answer(query) {
        const limit = parseLimit(query.get('limit'), DEFAULT_ROWS, MAX_ROWS)
        const { alerts, total } = await alerter.ask({ type: 'alerts', limit })
        return jsonText({ alerts: alerts.map(alertFields), total })
      },
    },
    {
      path: `${prefix}notifications`,
      summary: 'What was sent to receivers, must be sent yet or could not be sent, the last first',
      parameters: NOTIFICATION_PARAMETERS,
      schema: 'NotificationList',
      async answer(query) {
        const limit = parseLimit(query.get('limit'), DEFAULT_ROWS, MAX_ROWS)
        const state = parseNotificationState(query)
        const { deliveries, pending } = await alerter.ask({ type: 'deliveries', state, limit })
        return jsonText({ notifications: deliveries.map(deliveryFields), pending })
      },
    },
    {
      path: `${prefix}silences`,
      summary: 'Silences that last or are to come',
      parameters: [],
      schema: 'SilenceList',
      async answer() {
        const { silences } = await alerter.ask({ type: 'silences' })
        return jsonText({ silences: silences.map(silenceFields) })
      },
    },
    {
      path: `${prefix}maintenance`,
      summary: 'Maintenance windows, with when each is open: now or next',
      parameters: [],
      schema: 'MaintenanceList',
      async answer() {
        const { windows } = await alerter.ask({ type: 'maintenance' })
        return jsonText({ windows: windows.map(windowFields) })
      },
    },
    {
      path: `${prefix}silences`,
      method: 'POST',
      summary: 'Keeps alerts from being told for a time',
      parameters: SILENCE_PARAMETERS,
      schema: 'SilenceId',
      async answer(query) {
        const { id, why } = await alerter.ask({ type: 'silence', silence: parseSilence(query, now()) })
        if (id === null) throw new ApiError(400, why)
        return jsonText({ id })
      },
    },
    {
      path: `${prefix}silences`,
      method: 'DELETE',
      summary: 'Ends a silence before its time',
      parameters: SILENCE_ID_PARAMETERS,
      schema: 'SilenceId',
      async answer(query) {
        const id = requiredText(query, 'id')
        const { isDone } = await alerter.ask({ type: 'endSilence', id })
        if (!isDone) throw new ApiError(404, 'there is no silence with this id')
        return jsonText({ id })
      },
    },
    {
      path: `${prefix}acknowledge`,
      method: 'POST',
      summary: 'Somebody looks after an alert: it is neither repeated nor escalated',
      parameters: ACKNOWLEDGE_PARAMETERS,
      schema: 'Acknowledged',
      async answer(query) {
        const [key, by] = [requiredText(query, 'key'), requiredText(query, 'by')]
        const { isDone } = await alerter.ask({ type: 'acknowledge', key, by })
        if (!isDone) throw new ApiError(404, 'no alert with this key fires that was told')
        return jsonText({ key, by })
      },
    },
  ]
}

function alertFields({ alert, phase, isMuted, groupKey, acknowledged }: ListedAlert) {
  const { state } = alert
  return {
    ...alert,
    since: isoDate(alert.since),
    resolvedAt: alert.resolvedAt === null ? null : isoDate(alert.resolvedAt),
    state:
      state === null
        ? null
        : {
            ...state,
            at: isoDate(state.at),
            status: state.status === 0 ? null : state.status,
            certificateExpiresAt: isoDate(state.certificateExpiresAt),
          },
    phase,
    muted: isMuted,
    groupKey,
    acknowledged: acknowledged === null ? null : { by: acknowledged.by, at: isoDate(acknowledged.at) },
  }
}

function deliveryFields({ createdAt, finishedAt, attempts, ...delivery }: ListedDelivery) {
  return {
    ...delivery,
    failedAttempts: attempts,
    createdAt: isoDate(createdAt),
    finishedAt: finishedAt === null ? null : isoDate(finishedAt),
  }
}

function silenceFields({ id, urls, match, author, comment, from, to }: Silence) {
  return {
    id,
    author,
    comment,
    url: urls[0] ?? null,
    match: match.map(matcherFields),
    from: isoDate(from),
    to: isoDate(to),
  }
}

function windowFields({ name, match, span, isOpen }: ListedWindow) {
  return {
    name,
    match: match.map(matcherFields),
    open: isOpen,
    from: span === null ? null : isoDate(span.from),
    to: span === null ? null : isoDate(span.to),
  }
}

function matcherFields(matcher: LabelMatcher) {
  return { label: matcher.label, value: matcherText(matcher) }
}
