import type { ZoneRow } from '../server/answers.ts'
import { Glyph } from '../text/glyph.tsx'
import { formatMs } from '../text/numbers.ts'
import { Ago } from '../text/time.tsx'
import { visible } from '../text/visible.ts'

/** Which zone says what of a URL. */
export function Zones({ zones }: { readonly zones: readonly ZoneRow[] }) {
  return (
    <section class="card" aria-labelledby="zones">
      <h2 id="zones">
        Zones <small>down when most say so</small>
      </h2>
      <dl class="details">
        {zones.map(({ zone, verdict, reason, status, durationMs, at }) => (
          <div key={zone}>
            <dt>
              <bdi>{zone === '' ? 'without a name' : visible(zone)}</bdi>
            </dt>
            <dd>
              <Glyph sign={verdict} /> {verdict}
              {reason !== null && reason !== 'ok' && `: ${reason}`}
              {status !== null && ` ${status}`}
              {durationMs !== null && ` · ${formatMs(durationMs)}`}
              {at !== null && (
                <span class="soft">
                  {' · '}
                  <Ago at={at} suffix=" ago" />
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
