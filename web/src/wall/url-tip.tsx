import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { askJson } from '../server/ask.ts'
import type { UrlDetail } from '../server/answers.ts'
import type { WallModel } from '../server/wall-model.ts'
import { Glyph } from '../text/glyph.tsx'
import { counted } from '../text/numbers.ts'
import { nameOf } from '../text/url-name.ts'
import { answerOf, withMaintenance } from '../text/why.ts'
import type { WallLayout } from './layout.ts'
import type { Cell } from './walk.ts'
import { worstOf } from './worst-url.ts'

/** The server is asked for a URL after the pointer has stayed on it for so long, in ms. */
const STAY_MS = 60

/** The name of the URL of a square, beside it. */
export function UrlTip(props: {
  readonly model: WallModel
  readonly layout: WallLayout
  readonly cell: Cell
  /** Keys have led here. */
  readonly isWalking: boolean
  readonly area: { readonly current: HTMLElement | null }
}) {
  const { model, layout, cell, isWalking, area } = props
  const id = worstOf(model, layout, cell)
  const [row, setRow] = useState<UrlDetail | null>(null)
  const tip = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (id === null) return
    const abort = new AbortController()
    const timer = setTimeout(
      () =>
        askJson<UrlDetail>('api/v1/url', new URLSearchParams({ id: String(id) }), abort.signal)
          .then(setRow)
          // The URL has left the lists meanwhile, or the connection is lost, which is said elsewhere.
          .catch(() => setRow(null)),
      STAY_MS,
    )
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [id])
  const known = row !== null && row.id === id ? row : null
  const mark = placeOf(area.current, layout, cell)
  useLayoutEffect(() => {
    const element = tip.current
    if (element === null || mark === null || area.current === null) return
    const left = Math.max(0, Math.min(mark.x, area.current.clientWidth - element.offsetWidth))
    element.style.left = `${left}px`
    element.style.top = `${mark.y + mark.size + 8}px`
  })
  if (id === null || mark === null) return null
  const url = known === null ? null : nameOf(known)
  return (
    <>
      <i
        class="mark"
        style={{ left: `${mark.x}px`, top: `${mark.y}px`, width: `${mark.size}px`, height: `${mark.size}px` }}
      />
      <div class="tip" ref={tip} role={isWalking ? 'status' : 'presentation'}>
        <Glyph sign={model.verdict(id)} />
        {url === null || known === null ? (
          <span>…</span>
        ) : (
          <span>
            <b>
              <bdi>{url.name}</bdi>
            </b>{' '}
            <bdi>{url.rest}</bdi>
            <small>
              <bdi>{withMaintenance(answerOf(known) || model.verdict(id), known.maintenance === true)}</bdi>
              {layout.perCell > 1 && `, the worst of ${counted(layout.perCell, 'URL')}`}
            </small>
          </span>
        )}
      </div>
    </>
  )
}

/** Where a square is in the wall, in CSS pixels. */
function placeOf(area: HTMLElement | null, { groups, pitch }: WallLayout, { group, index }: Cell) {
  const canvas = area?.querySelectorAll('canvas')[group]
  const place = groups[group]
  if (area === null || canvas === undefined || place === undefined) return null
  const [outer, inner] = [area.getBoundingClientRect(), canvas.getBoundingClientRect()]
  return {
    x: inner.left - outer.left + Math.floor(index / place.rows) * pitch,
    y: inner.top - outer.top + (index % place.rows) * pitch,
    size: Math.max(4, pitch),
  }
}
