import { checkHeaderName, parseHeaderValue } from '../../settings/headers.ts'
import type { SendResult } from '../notification.ts'
import { alertsOf, endedAlerts, endedBefore, GROUP_LABEL } from './alertmanager-alerts.ts'
import type { PostedAlert } from './alertmanager-alerts.ts'
import { secretsOfHeader } from './hide-secrets.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, plainHttpWarnings } from './http-keys.ts'
import { judgeStatus } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'
import { mapKey, receiverType, requiredKey } from './receiver-type.ts'
import type { KeyValue } from './receiver-type.ts'

/** The most that an Alertmanager may answer when it is asked for its alerts, in bytes. */
const MAX_ALERTS_BYTES = 16 << 20

/** The v2 API of Prometheus' Alertmanager, which groups, routes and repeats by its own rules. */
export const ALERTMANAGER = receiverType({
  name: 'alertmanager',
  mainKey: 'url',
  keys: {
    url: requiredKey('the URL of an Alertmanager, without `/api`', parseReceiverUrl),
    headers: mapKey('the value of a header', parseHeader, { isSecret: true }),
  },
  warnings: ({ url }) => plainHttpWarnings(url),
  create({ url, headers }, context) {
    const api = new URL(url)
    api.pathname = `${api.pathname.replace(/\/+$/, '')}/api/v2/alerts`
    const own = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))
    const request = {
      headers: { ...own, accept: 'application/json' },
      secrets: headers.flatMap(([name, value]) => secretsOfHeader(name, value)),
    }
    const post = async (
      alerts: readonly PostedAlert[],
      haveEnded: boolean,
      signal: AbortSignal,
    ): Promise<SendResult> => {
      const body = JSON.stringify(alerts)
      const posted = { ...request, headers: { ...request.headers, 'content-type': 'application/json' } }
      let ahead: readonly PostedAlert[] = []
      const judge = (response: HttpResponse): SendResult => {
        const result = judgeStatus(response)
        if (result.type === 'sent' && haveEnded) ahead = endedBefore(alerts, response.serverTime)
        return result
      }
      const result = await sendHttp({ ...posted, url: api.href, body }, context, signal, judge)
      return ahead.length === 0 ? result : post(ahead, false, signal)
    }
    return {
      async send(notification, signal): Promise<SendResult> {
        const { status, firing, groupKey } = notification
        const alerts = alertsOf(notification)
        if (status === 'firing') return post(alerts, false, signal)
        // A notification names some alerts only: others that were posted before may be over too.
        const fires = firing === 0 ? new Set<string>() : context.firing?.(groupKey)
        if (fires === undefined) return post(alerts, true, signal)
        const list = new URL(api)
        list.searchParams.set('filter', `${GROUP_LABEL}="${groupKey}"`)
        let open: readonly PostedAlert[] = []
        const judge = (response: HttpResponse): SendResult => {
          const result = judgeStatus(response)
          if (result.type !== 'sent') return result
          const ended = endedAlerts(response.body, notification, fires)
          if (ended === null)
            return { type: 'retry', said: 'its list of alerts could not be read', retryAfterMs: null }
          open = ended
          return result
        }
        const get = {
          ...request,
          url: list.href,
          method: 'GET',
          body: null,
          maxBodyBytes: MAX_ALERTS_BYTES,
        } as const
        const listed = await sendHttp(get, context, signal, judge)
        // Without a list, as behind a proxy that lets only POST through, those that are named end all the same.
        return listed.type === 'retry' ? listed : post([...open, ...alerts], true, signal)
      },
    }
  },
})

function parseHeader({ name, text }: KeyValue): string {
  checkHeaderName(name, 'user-agent')
  return parseHeaderValue(text)
}
