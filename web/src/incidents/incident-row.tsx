import type { Incident } from '../server/answers.ts'
import { urlAddress } from '../route.ts'
import { Glyph } from '../text/glyph.tsx'
import { Ago } from '../text/time.tsx'
import { formatClock, formatFull, formatShortDay, formatSpan } from '../text/times.ts'
import { nameOf } from '../text/url-name.ts'
import { reasonText } from '../text/why.ts'

/** An incident: when, what was found, how long. `withUrl`: of which URL too. */
export function IncidentRow({
  incident,
  withUrl,
}: {
  readonly incident: Incident
  readonly withUrl: boolean
}) {
  const { begin, end, maintenance, reasons, verdict } = incident
  const from = Date.parse(begin)
  const { name, rest } = nameOf(incident)
  return (
    <li class="incident">
      <Glyph sign={verdict} />
      <time dateTime={begin} title={formatFull(from)}>
        {!withUrl && `${formatShortDay(from)} `}
        <b>{withUrl ? formatClock(from) : formatClock(from).slice(0, 5)}</b>
      </time>
      <div class="what">
        {withUrl && (
          <a class="name" href={urlAddress(incident.url)} data-page title={incident.url}>
            <bdi>{name}</bdi> <bdi class="rest">{rest}</bdi>
          </a>
        )}
        {reasons.slice(0, 3).map(({ reason, status, text, at, polls }) => (
          <div class={`why ${verdict}`} key={at + reason} title={text}>
            <bdi>{reasonText(reason, status, text)}</bdi>
            {polls > 1 && <span class="soft"> · {polls} polls</span>}
          </div>
        ))}
        {maintenance && <div class="soft">begun in maintenance</div>}
      </div>
      <span class="figure">
        {end === null ? (
          <b class={verdict}>
            <Ago at={begin} />, goes on
          </b>
        ) : (
          <time dateTime={end} title={`until ${formatFull(Date.parse(end))}`}>
            {formatSpan(Date.parse(end) - from)}
          </time>
        )}
      </span>
    </li>
  )
}
