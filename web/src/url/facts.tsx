import type { UptimePeriod, UrlDetail } from '../server/answers.ts'
import { EXPIRES_SOON_MS } from '../text/certificate.ts'
import { Glyph } from '../text/glyph.tsx'
import { formatShare } from '../text/numbers.ts'
import { Ago } from '../text/time.tsx'
import { formatDay, formatFull, formatSpan } from '../text/times.ts'
import { PERIODS } from './periods.ts'

/** Less of a period than this was watched: the share is said too. */
const WATCHED = 0.995

/** Less of a period than this was watched: that says nothing of the period. */
const LITTLE_WATCHED = 0.01

/** Is it up, since when, how good was it, and how long is its certificate good. */
export function Facts({ row }: { readonly row: UrlDetail }) {
  return (
    <dl class="facts">
      <div class="now">
        <dt>now</dt>
        <dd class={row.verdict}>
          <Glyph sign={row.verdict} />
          {row.verdict === 'pending' ? 'not polled yet' : row.verdict}
          {row.since !== null && (
            <small>
              for <Ago at={row.since} />
            </small>
          )}
        </dd>
      </div>
      {Object.entries(PERIODS).map(([period, name]) => (
        <div key={period}>
          <dt>{name}</dt>
          <dd>
            <Uptime row={row} period={period as UptimePeriod} />
          </dd>
        </div>
      ))}
      <Certificate tls={row.tls} />
    </dl>
  )
}

function Uptime({ row, period }: { readonly row: UrlDetail; readonly period: UptimePeriod }) {
  if (row.uptime === null) return <small>no history</small>
  const { ratio, watched } = row.uptime[period]
  const isPart = watched < WATCHED
  const title = isPart ? `${formatShare(watched)} of the time was watched` : 'up ÷ (up + down)'
  if (ratio === null || watched < LITTLE_WATCHED)
    return (
      <span title={ratio === null ? title : `${title}: up ${formatShare(ratio)}`}>
        –<small>not watched</small>
      </span>
    )
  return (
    <span title={title}>
      {formatShare(ratio)}
      {isPart && <small>{Math.floor(watched * 100)} % watched</small>}
    </span>
  )
}

function Certificate({ tls }: Pick<UrlDetail, 'tls'>) {
  if (tls === null || tls.expiresAt === null) return null
  const at = Date.parse(tls.expiresAt)
  const left = at - Date.now()
  return (
    <div>
      <dt>certificate</dt>
      <dd class={left < EXPIRES_SOON_MS ? 'warning' : ''} title={formatFull(at)}>
        {left < 0 ? 'expired' : formatSpan(left)}
        <small>{formatDay(at)}</small>
      </dd>
    </div>
  )
}
