import type { NotificationRow } from '../server/alert-answers.ts'
import { Glyph } from '../text/glyph.tsx'
import { counted } from '../text/numbers.ts'
import { Ago } from '../text/time.tsx'
import { visible } from '../text/visible.ts'

/** A notification that a receiver has not taken: who it was for, what it is about, and what came back. */
export function NotificationItem({ notification }: { readonly notification: NotificationRow }) {
  const { receiver, title, said, failedAttempts, createdAt, finishedAt } = notification
  const isOver = finishedAt !== null
  return (
    <li class="alert">
      <Glyph sign={isOver ? 'down' : 'warning'} />
      <div class="what">
        <span class="name">
          <bdi>{visible(receiver)}</bdi> <bdi class="rest">{visible(title)}</bdi>
        </span>
        <div class="why">
          <bdi>{visible(said)}</bdi>
        </div>
        <div class="facts-line">
          {isOver ? 'nobody was told' : 'it is tried again'} · {counted(failedAttempts, 'attempt')}
        </div>
      </div>
      <span class="figure since">
        <Ago at={finishedAt ?? createdAt} what={isOver ? 'given up' : 'made'} />
      </span>
    </li>
  )
}
