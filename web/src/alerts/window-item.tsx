import type { WindowRow } from '../server/alert-answers.ts'
import { formatFull } from '../text/times.ts'
import { visible } from '../text/visible.ts'
import { useTimedText } from '../use-live.ts'
import { conditionsText } from './conditions-text.ts'
import { spanText } from './span-text.ts'

/** A window that is open or comes. */
export type DatedWindow = WindowRow & { readonly from: string; readonly to: string }

/** A maintenance window that is open or comes: its name, of which alerts, and how long. */
export function WindowItem({ of }: { readonly of: DatedWindow }) {
  const { name, match, open } = of
  const [from, to] = [Date.parse(of.from), Date.parse(of.to)]
  const text = useTimedText((now) => spanText(open, from, to, now))
  const labels = conditionsText(match)
  return (
    <li class="alert">
      <span />
      <div class="what">
        <span class="name">
          <bdi>{visible(name)}</bdi>
        </span>
        <div class="facts-line">
          {open ? 'open' : 'to come'} · <bdi>{labels === '' ? 'every URL' : visible(labels)}</bdi>
        </div>
      </div>
      <time
        class="figure since"
        dateTime={open ? of.to : of.from}
        title={`${formatFull(from)} to ${formatFull(to)}`}
      >
        {text}
      </time>
    </li>
  )
}
