import { navigate, pageAddress } from '../route.ts'
import type { ListedUrl, UrlList, UrlRow } from '../server/answers.ts'
import { serverNow } from '../server/server-clock.ts'
import { EXPIRES_SOON_MS } from '../text/certificate.ts'
import { formatCount } from '../text/numbers.ts'
import { formatDay, formatSpan } from '../text/times.ts'
import { useAnswer } from '../use-answer.ts'
import type { Asked } from '../use-answer.ts'
import { useLive } from '../use-live.ts'
import { MAX_BARS } from './poll-bars.tsx'
import { Row, RowHead } from './row.tsx'

/** URLs that are shown here; the list shows all. */
const MAX_SHOWN = 8

const BAD = new URLSearchParams([
  ['verdict', 'down'],
  ['verdict', 'unknown'],
])

/** What a person should look at. */
export interface Attention {
  /** URLs that are down or unknown: the first of them. */
  readonly rows: readonly ListedUrl[]
  /** URLs whose certificates expire soon. */
  readonly warnings: readonly ListedUrl[]
  /** How many there are of both. */
  readonly total: number
  /** Whether all of it has come, or cannot come now. */
  readonly isKnown: boolean
}

/** What a person should look at, kept up to date. */
export function useAttention(): Attention {
  const { counts, version } = useLive()
  const isBad = counts !== null && counts.down + counts.unknown > 0
  const bad = useAnswer<UrlList>(
    isBad ? 'api/v1/urls' : null,
    `${BAD}&limit=${MAX_SHOWN}&polls=${MAX_BARS}`,
    version,
  )
  const expiring = useAnswer<UrlList>(
    'api/v1/urls',
    `sort=certificate&verdict=up&limit=3&polls=${MAX_BARS}`,
    0,
  )
  const warnings = (expiring.answer?.urls ?? []).filter((row) => warningOf(row) !== '')
  const rows = isBad ? (bad.answer?.urls ?? []) : []
  const total = (isBad ? counts.down + counts.unknown : 0) + warnings.length
  const isKnown = counts !== null && hasCome(expiring) && (!isBad || hasCome(bad))
  return { rows, warnings, total, isKnown }
}

function hasCome({ answer, error }: Asked<UrlList>): boolean {
  return answer !== null || error !== null
}

/** URLs that are down or unknown, then certificates that expire soon. Nothing if there is none. */
export function AttentionList({ attention }: { readonly attention: Attention }) {
  const { rows, warnings, total } = attention
  if (total === 0) return null
  const more = total - rows.length - warnings.length
  return (
    <section class="attention" aria-labelledby="attention">
      <div class="bar">
        <h2 id="attention">Needs attention</h2>
        <span class="count">{formatCount(total)}</span>
      </div>
      <div class="list">
        <RowHead />
        <ul class="rows">
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
          {warnings.map((row) => (
            <Row key={row.id} row={row} warning={warningOf(row)} />
          ))}
        </ul>
        {more > 0 && rows.length > 0 && (
          <button
            class="more"
            type="button"
            onClick={() => navigate(pageAddress('', new URLSearchParams([...BAD, ['sort', 'worst']])))}
          >
            {formatCount(more)} more
          </button>
        )}
      </div>
    </section>
  )
}

function warningOf({ tls }: UrlRow): string {
  if (tls === null || tls.expiresAt === null) return ''
  const at = Date.parse(tls.expiresAt)
  const left = at - serverNow()
  if (left > EXPIRES_SOON_MS) return ''
  return left < 0
    ? `certificate expired on ${formatDay(at)}`
    : `certificate expires in ${formatSpan(left)}, on ${formatDay(at)}`
}
