import { urlAddress } from '../route.ts'
import type { ListedUrl } from '../server/answers.ts'
import { Glyph } from '../text/glyph.tsx'
import { formatMs } from '../text/numbers.ts'
import { Ago } from '../text/time.tsx'
import { nameOf } from '../text/url-name.ts'
import { whyOf, withMaintenance } from '../text/why.ts'
import { PollBars } from './poll-bars.tsx'

/** The names of the columns. */
export function RowHead() {
  return (
    <div class="row head" aria-hidden="true">
      <span />
      <span>URL</span>
      <span class="polls">last polls</span>
      <span class="labels">labels</span>
      <span class="figure time">time</span>
      <span class="figure polled">last poll</span>
      <span class="figure since">since</span>
    </div>
  )
}

/** A URL of a list. `warning`: what is wrong although it is up; '' for nothing. */
export function Row({ row, warning = '' }: { readonly row: ListedUrl; readonly warning?: string }) {
  const { name, rest } = nameOf(row)
  const why = withMaintenance(warning === '' ? whyOf(row) : warning, row.maintenance === true)
  const sign = warning === '' ? row.verdict : 'warning'
  const labels = Object.entries(row.labels).filter(([label]) => label !== 'name')
  return (
    <li>
      <a class="row" href={urlAddress(row.url)} data-page>
        <Glyph sign={sign} />
        <div class="what">
          <div class="name" title={row.url}>
            <bdi>{name}</bdi> <bdi class="rest">{rest}</bdi>
          </div>
          {why !== '' && (
            <div class={`why ${sign}`} title={why}>
              <bdi>{why}</bdi>
            </div>
          )}
        </div>
        <span class="polls">
          <PollBars polls={row.polls} />
        </span>
        <span class="labels">
          {labels.slice(0, 2).map(([label, value]) => (
            <bdi key={label} title={`${label}: ${value}`}>
              {value}
            </bdi>
          ))}
        </span>
        <span class="figure time" title="how long the last poll took">
          {row.durationMs === null ? '–' : formatMs(row.durationMs)}
        </span>
        <span class="figure polled">
          <Ago at={row.at} suffix=" ago" what="polled" />
        </span>
        <span class="figure since">
          <Ago at={row.since} what={`${row.verdict} since`} />
        </span>
      </a>
    </li>
  )
}

/** Stands for a URL that is not there yet. */
export function SkeletonRow() {
  return (
    <li class="row skeleton" aria-hidden="true">
      <i class="glyph" />
      <div class="what">
        <i class="bar" />
      </div>
      <span class="polls" />
      <span class="labels" />
      <span class="figure time" />
      <span class="figure polled" />
      <span class="figure since" />
    </li>
  )
}
