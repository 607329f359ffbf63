import { useState } from 'preact/hooks'
import type {
  AlertList,
  MaintenanceList,
  NotificationList,
  NotificationRow,
  NotificationState,
  SilenceList,
  WindowRow,
} from '../server/alert-answers.ts'
import { serverNow } from '../server/server-clock.ts'
import { counted, formatCount } from '../text/numbers.ts'
import { useAnswer } from '../use-answer.ts'
import { AlertItem } from './alert-item.tsx'
import { NotificationItem } from './notification-item.tsx'
import { SilenceItem } from './silence-item.tsx'
import { WindowItem } from './window-item.tsx'
import type { DatedWindow } from './window-item.tsx'

/** Alerts that are shown; the API has up to 1,000. */
const MAX_SHOWN = 200

/** Maintenance windows that are shown; the API has all. */
const MAX_WINDOWS = 20

/** Notifications that are asked for in each state. Those that no receiver has taken are shown, the last first. */
const MAX_NOTIFICATIONS = 100

/** Notifications that are shown of those that were sent, the last first. */
const MAX_SENT = 10

/** Notifications that nobody got are shown for so long, in ms. */
const DEAD_MS = 7 * 86_400_000

/** What fires, who could not be told, who was, and who need not be. */
export function AlertsPage() {
  // Grows with each change that is made here.
  const [version, setVersion] = useState(0)
  const alerts = useAnswer<AlertList>('api/v1/alerts', `limit=${MAX_SHOWN}`, version)
  const silences = useAnswer<SilenceList>('api/v1/silences', '', version)
  const maintenance = useAnswer<MaintenanceList>('api/v1/maintenance', '', version)
  const pending = useAnswer<NotificationList>('api/v1/notifications', askedFor('pending'), version)
  const sent = useAnswer<NotificationList>('api/v1/notifications', askedFor('sent', MAX_SENT), version)
  const dead = useAnswer<NotificationList>('api/v1/notifications', askedFor('dead'), version)
  const unsent = [...(dead.answer?.notifications ?? []), ...(pending.answer?.notifications ?? [])].filter(
    isNotSent,
  )
  const changed = () => setVersion((last) => last + 1)
  const { answer, error } = alerts
  const lastSent = sent.answer?.notifications ?? []
  const list = silences.answer?.silences ?? []
  const windows = (maintenance.answer?.windows ?? []).filter(isToCome).toSorted(byBegin)
  return (
    <>
      <h1>Alerts</h1>
      <p class="sub" aria-live="polite">
        {answer === null ? '\u00a0' : sentenceOf(answer.total)}
      </p>
      {error !== null && (
        <p class="card note" role="alert">
          {error.status === 503 ? 'There are no alerts, or they cannot be read now: ' : ''}
          {error.message}
        </p>
      )}
      <Section id="unsent" title="Not sent" count={unsent.length}>
        {unsent.map((one) => (
          <NotificationItem
            key={`${one.id} ${one.receiver}`}
            notification={one}
            state={one.finishedAt === null ? 'pending' : 'dead'}
          />
        ))}
      </Section>
      {answer !== null && answer.alerts.length > 0 && (
        <ul class="card alerts" aria-label="alerts">
          {answer.alerts.map((alert) => (
            <AlertItem key={alert.key} alert={alert} changed={changed} />
          ))}
        </ul>
      )}
      {answer !== null && answer.total > answer.alerts.length && (
        <p class="card note">and {formatCount(answer.total - answer.alerts.length)} more</p>
      )}
      <Section id="sent" title="Sent last" count={lastSent.length}>
        {lastSent.map((one) => (
          <NotificationItem key={`${one.id} ${one.receiver}`} notification={one} state="sent" />
        ))}
      </Section>
      <Section id="silences" title="Silences" count={list.length}>
        {list.map((silence) => (
          <SilenceItem key={silence.id} silence={silence} changed={changed} />
        ))}
      </Section>
      <Section id="maintenance" title="Maintenance" count={windows.length}>
        {windows.slice(0, MAX_WINDOWS).map((one) => (
          <WindowItem key={one.name} of={one} />
        ))}
      </Section>
    </>
  )
}

/** A list with its title and how many there are. Nothing if there is none. */
function Section(props: {
  readonly id: string
  readonly title: string
  readonly count: number
  readonly children: preact.ComponentChildren
}) {
  const { id, title, count, children } = props
  if (count === 0) return null
  return (
    <section aria-labelledby={id}>
      <div class="bar">
        <h2 id={id}>{title}</h2>
        <span class="count">{formatCount(count)}</span>
      </div>
      <ul class="card alerts">{children}</ul>
    </section>
  )
}

function askedFor(state: NotificationState, limit = MAX_NOTIFICATIONS): string {
  return `state=${state}&limit=${limit}`
}

/** Nobody got it lately, or an attempt has failed. */
function isNotSent({ failedAttempts, finishedAt }: NotificationRow): boolean {
  return finishedAt === null ? failedAttempts > 0 : serverNow() - Date.parse(finishedAt) < DEAD_MS
}

function isToCome(window: WindowRow): window is DatedWindow {
  return window.from !== null && window.to !== null
}

/** Open ones began before all that are to come. */
function byBegin(one: DatedWindow, other: DatedWindow): number {
  return one.from < other.from ? -1 : Number(one.from > other.from)
}

function sentenceOf(total: number): string {
  return total === 0 ? 'Nothing fires.' : `${counted(total, 'alert')}, the oldest first.`
}
