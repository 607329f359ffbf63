import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { formatFilters, parseFilters } from '../list/filters.ts'
import { navigate, pageAddress, urlAddress } from '../route.ts'
import { askJson } from '../server/ask.ts'
import type { UrlRow } from '../server/answers.ts'
import type { WallModel } from '../server/wall-model.ts'
import { counted, formatCount } from '../text/numbers.ts'
import { useLive } from '../use-live.ts'
import { GroupPainter } from './group-painter.ts'
import { layoutWall, MIN_GROUP_WIDTH } from './layout.ts'
import type { WallLayout } from './layout.ts'
import { PollGlow } from './poll-glow.ts'
import { useRoomOf } from './use-room.ts'
import { Squares } from './squares.tsx'
import { UrlTip } from './url-tip.tsx'
import { wallColours } from './wall-colours.ts'
import { cellAt, placeBeside } from './walk.ts'
import type { Cell } from './walk.ts'
import { worstOf } from './worst-url.ts'

/** Every URL as a square. Hover and focus name the URL, a click or Enter opens it, arrow keys walk. */
export function Wall() {
  const live = useLive()
  const { model } = live
  const [room, area] = useRoomOf()
  const [cell, setCell] = useState<Cell | null>(null)
  const [isWalking, setWalking] = useState(false)
  const layout = useMemo(
    () =>
      model === null || room === null
        ? null
        : layoutWall(
            model.groups.map(({ ids }) => ids.length),
            room,
          ),
    [model, room],
  )
  const groups = model?.groups ?? []
  const painters = useWallPainters(model, layout, area)
  const open = () => {
    const id = model === null || layout === null || cell === null ? null : worstOf(model, layout, cell)
    if (id === null) return
    askJson<UrlRow>('api/v1/url', new URLSearchParams({ id: String(id) }))
      .then(({ url }) => navigate(urlAddress(url)))
      // It has left the lists meanwhile, or the connection is lost, which is said elsewhere.
      .catch(() => setCell(null))
  }
  const walk = (event: KeyboardEvent) => {
    if (model === null || layout === null) return
    const from = cell ?? { group: 0, index: 0 }
    const to = placeBeside(from, event.key, layout)
    if (event.key === 'Escape') setCell(null)
    if (event.key === 'Enter') open()
    if (to === null) return
    event.preventDefault()
    setCell(cell === null ? from : to)
    setWalking(true)
  }
  const point = (group: number, event: PointerEvent) => {
    if (layout === null || !(event.currentTarget instanceof HTMLElement)) return
    const box = event.currentTarget.getBoundingClientRect()
    setCell(cellAt(group, event.clientX - box.left, event.clientY - box.top, layout))
    setWalking(false)
  }
  return (
    <section class="wall-card">
      <div
        class={`wall ${layout?.isNarrow === true ? 'narrow' : ''} ${model === null ? 'skeleton' : ''}`}
        ref={area}
        tabIndex={0}
        role="application"
        aria-label="every URL, one square each: arrow keys walk, Enter opens"
        onKeyDown={walk}
        onFocus={({ currentTarget }) => {
          if (currentTarget.matches(':focus-visible') && cell === null && model !== null && model.size > 0) {
            setCell({ group: 0, index: 0 })
            setWalking(true)
          }
        }}
        onBlur={() => setCell(null)}
        onPointerLeave={() => setCell(null)}
      >
        {model !== null &&
          layout !== null &&
          groups.map(({ name, ids, down, unknown }, n) => (
            <figure key={n} style={layout.isNarrow ? {} : { width: widthOf(layout, n) }}>
              {(groups.length > 1 || name !== null) && (
                <figcaption>
                  <GroupName by={model.by} name={name} />
                  <span class="size"> {formatCount(ids.length)}</span>
                  {down > 0 && <Count verdict="down" count={down} />}
                  {down === 0 && unknown > 0 && <Count verdict="unknown" count={unknown} />}
                </figcaption>
              )}
              <canvas
                ref={painters.canvas(n)}
                style={sizeOf(layout, n)}
                role="img"
                aria-label={`${name ?? 'URLs'}: ${counted(ids.length, 'URL')}, ${formatCount(down)} down, ${formatCount(unknown)} unknown`}
                onPointerMove={(event) => point(n, event)}
                onPointerDown={(event) => point(n, event)}
                onClick={open}
              />
            </figure>
          ))}
        {model !== null && layout !== null && cell !== null && (
          <UrlTip model={model} layout={layout} cell={cell} isWalking={isWalking} area={area} />
        )}
      </div>
      {model !== null && model.size > 0 && <Squares />}
      <GroupBy model={model} by={live.groupBy.bind(live)} />
    </section>
  )
}

/** A name that is wider than its group is cut. */
function widthOf({ groups, pitch }: WallLayout, n: number): string {
  return `${Math.max(groups.length === 1 ? 0 : MIN_GROUP_WIDTH, (groups[n]?.columns ?? 0) * pitch)}px`
}

function Count({ verdict, count }: { readonly verdict: 'down' | 'unknown'; readonly count: number }) {
  return (
    <span class={verdict}>
      <span class="wide"> · </span>
      {formatCount(count)}
      <span class="wide"> {verdict}</span>
    </span>
  )
}

function sizeOf({ groups, pitch }: WallLayout, n: number) {
  const { columns = 0, rows = 0 } = groups[n] ?? {}
  return { width: `${columns * pitch}px`, height: `${rows * pitch}px` }
}

/** By which label the wall is grouped. */
function GroupBy({
  model,
  by,
}: {
  readonly model: WallModel | null
  readonly by: (label: string | null) => void
}) {
  if (model === null || model.by === null || model.labels.length < 2) return null
  return (
    <label class="by">
      by{' '}
      <select value={model.by} onChange={({ currentTarget }) => by(currentTarget.value)}>
        {model.labels.map((label) => (
          <option key={label}>{label}</option>
        ))}
      </select>
    </label>
  )
}

/** The name of a group: a link that leaves only its URLs in the list. */
function GroupName({ by, name }: { readonly by: string | null; readonly name: string | null }) {
  if (by === null || name === null) return <b>others</b>
  const filters = parseFilters(new URLSearchParams(location.search))
  const labels = [...filters.labels.filter(([other]) => other !== by), [by, name] as const]
  return (
    <a href={pageAddress('', formatFilters({ ...filters, labels }))} data-page title={`${by}: ${name}`}>
      <bdi>{name.trim() === '' ? '(blank)' : name}</bdi>
    </a>
  )
}

/** Draws the canvases: all of them when the layout or the theme is another, single squares when URLs are polled. */
function useWallPainters(
  model: WallModel | null,
  layout: WallLayout | null,
  area: { readonly current: HTMLElement | null },
) {
  const live = useLive()
  const canvases = useRef<(HTMLCanvasElement | null)[]>([])
  const [theme, setTheme] = useState(0)
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const change = () => setTheme((n) => n + 1)
    dark.addEventListener('change', change)
    return () => dark.removeEventListener('change', change)
  }, [])
  useLayoutEffect(() => {
    if (model === null || layout === null || area.current === null) return
    const colours = wallColours(area.current)
    const painters = model.groups.map(({ ids }, n) => {
      const [canvas, place] = [canvases.current[n], layout.groups[n]]
      if (canvas == null || place === undefined) return null
      const painter = new GroupPainter(canvas, model, ids, place, layout, colours)
      painter.paint()
      return painter
    })
    const glow = new PollGlow(model, painters, layout.perCell)
    const off = live.on('polls', (ids) => glow.show(ids))
    return () => {
      off()
      glow.end()
    }
  }, [model, layout, theme])
  return {
    canvas: (n: number) => (canvas: HTMLCanvasElement | null) => {
      canvases.current[n] = canvas
    },
  }
}
