import type { NotificationRow, NotificationState } from '../server/alert-answers.ts'
import { Glyph } from '../text/glyph.tsx'
import type { Sign } from '../text/glyph.tsx'
import { counted } from '../text/numbers.ts'
import { Ago } from '../text/time.tsx'
import { visible } from '../text/visible.ts'

/** How each state is shown. `time`: what was at the time that is shown. */
const SHOWN: Readonly<Record<NotificationState, { sign: Sign; text: string; time: string }>> = {
  sent: { sign: 'up', text: 'sent', time: 'sent' },
  pending: { sign: 'warning', text: 'it is tried again', time: 'made' },
  dead: { sign: 'down', text: 'nobody was told', time: 'given up' },
}

/** A notification: who it was for, what it is about, and what came back unless it was sent. */
export function NotificationItem(props: {
  readonly notification: NotificationRow
  readonly state: NotificationState
}) {
  const { receiver, title, said, failedAttempts, createdAt, finishedAt } = props.notification
  const { sign, text, time } = SHOWN[props.state]
  const isSent = props.state === 'sent'
  return (
    <li class="alert">
      <Glyph sign={sign} />
      <div class="what">
        <span class="name">
          <bdi>{visible(receiver)}</bdi> <bdi class="rest">{visible(title)}</bdi>
        </span>
        {!isSent && (
          <div class="why">
            <bdi>{visible(said)}</bdi>
          </div>
        )}
        <div class="facts-line">
          {text}
          {failedAttempts > 0 && ` · ${counted(failedAttempts, isSent ? 'failed attempt' : 'attempt')}`}
        </div>
      </div>
      <span class="figure since">
        <Ago at={finishedAt ?? createdAt} what={time} />
      </span>
    </li>
  )
}
