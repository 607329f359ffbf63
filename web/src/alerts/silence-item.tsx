import type { SilenceRow } from '../server/alert-answers.ts'
import { formatFull } from '../text/times.ts'
import { visible } from '../text/visible.ts'
import { useTimedText } from '../use-live.ts'
import { useChange } from './change.ts'
import { conditionsText } from './conditions-text.ts'
import { spanText } from './span-text.ts'

/** A silence: of which alerts, who asked for it and why, how long it lasts; and its end. */
export function SilenceItem(props: { readonly silence: SilenceRow; readonly changed: () => void }) {
  const { silence, changed } = props
  const { id, author, comment, url, match } = silence
  const change = useChange()
  const [from, to] = [Date.parse(silence.from), Date.parse(silence.to)]
  const text = useTimedText((now) => spanText(from <= now, from, to, now))
  const labels = [...(url === null ? [] : [url]), conditionsText(match)]
    .filter((one) => one !== '')
    .join(', ')
  return (
    <li class="alert">
      <span />
      <div class="what">
        <span class="name">
          <bdi>{visible(labels)}</bdi>
        </span>
        <div class="facts-line">
          by <bdi>{visible(author)}</bdi>
          {comment !== '' && (
            <>
              : <bdi>{visible(comment)}</bdi>
            </>
          )}
        </div>
        {change.why !== null && (
          <p class="down" role="alert">
            {change.why}
          </p>
        )}
      </div>
      <time class="figure since" dateTime={silence.to} title={`until ${formatFull(to)}`}>
        {text}
      </time>
      <div class="acts">
        <button
          class="tab"
          type="button"
          disabled={change.isSending}
          aria-label={`end the silence of ${labels}`}
          onClick={() => void change.send('DELETE', 'api/v1/silences', new URLSearchParams({ id }), changed)}
        >
          end
        </button>
      </div>
    </li>
  )
}
