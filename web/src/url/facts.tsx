import type { UptimePeriod, UrlDetail } from '../server/answers.ts'
import { serverNow } from '../server/server-clock.ts'
import { EXPIRES_SOON_MS } from '../text/certificate.ts'
import { Glyph } from '../text/glyph.tsx'
import { Ago } from '../text/time.tsx'
import { formatDay, formatFull, formatSpan } from '../text/times.ts'
import { PERIODS } from './periods.ts'
import { uptimeOfPeriod } from './uptime-words.ts'

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
          {row.maintenance === true && <small>in maintenance</small>}
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
  const { uptime, beside } = uptimeOfPeriod(row.uptime[period], period)
  return (
    <span title="up ÷ (up + down), of the time that was watched, without maintenance">
      {uptime}
      {beside.map((text) => (
        <small key={text}>{text}</small>
      ))}
    </span>
  )
}

function Certificate({ tls }: Pick<UrlDetail, 'tls'>) {
  if (tls === null || tls.expiresAt === null) return null
  const at = Date.parse(tls.expiresAt)
  const left = at - serverNow()
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
