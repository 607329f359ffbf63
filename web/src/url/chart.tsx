import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Bucket, History } from '../server/answers.ts'
import { formatMs } from '../text/numbers.ts'
import { formatClock, formatFull, formatShortDay } from '../text/times.ts'

const HEIGHT = 220

const DAY_S = 86_400

export interface ChartProps {
  readonly history: History
  /** What it says in a few words, for those who do not see it. */
  readonly label: string
}

/** The median, a band from the fastest to the 95th percentile, and where the URL was down, or in maintenance. */
export function Chart({ history, label }: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const [bucket, setBucket] = useState<Bucket | null>(null)
  useEffect(() => {
    const parent = element.current
    if (parent === null) return
    const draw = () => new uPlot(optionsOf(parent, history, setBucket), dataOf(history), parent)
    let plot = draw()
    const observer = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: HEIGHT }))
    observer.observe(parent)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const redraw = () => {
      plot.destroy()
      plot = draw()
    }
    dark.addEventListener('change', redraw)
    return () => {
      dark.removeEventListener('change', redraw)
      observer.disconnect()
      plot.destroy()
    }
  }, [history])
  return (
    <>
      <div class="chart" ref={element} role="img" aria-label={label} />
      <p class="readout">{bucket === null ? ' ' : bucketText(bucket)}</p>
    </>
  )
}

function bucketText({ at, polls, down, unknown, p50Ms, p95Ms, maxMs }: Bucket): string {
  const parts = [`${formatFull(Date.parse(at))}: ${polls} polls`]
  if (down > 0) parts.push(`${down} down`)
  if (unknown > 0) parts.push(`${unknown} unknown`)
  if (p50Ms !== null) parts.push(`median ${formatMs(p50Ms)}`)
  if (p95Ms !== null) parts.push(`95 % within ${formatMs(p95Ms)}`)
  if (maxMs !== null) parts.push(`longest ${formatMs(maxMs)}`)
  return parts.join(', ')
}

/** Times in s; the values of buckets without polls are missing, so that the line has a gap. */
function dataOf({ buckets }: History): uPlot.AlignedData {
  return [
    buckets.map(({ at }) => Date.parse(at) / 1_000),
    buckets.map(({ p95Ms }) => p95Ms),
    buckets.map(({ minMs }) => minMs),
    buckets.map(({ p50Ms }) => p50Ms),
  ]
}

function optionsOf(
  parent: HTMLElement,
  { buckets, maintenance, from, to, step }: History,
  point: (bucket: Bucket | null) => void,
): uPlot.Options {
  const style = getComputedStyle(parent)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const [accent, line, faint, down, unknown] = ['--accent', '--line', '--faint', '--down', '--unknown'].map(
    colour,
  ) as [string, string, string, string, string]
  const axis = {
    stroke: faint,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  }
  return {
    width: parent.clientWidth,
    height: HEIGHT,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [Date.parse(from) / 1_000, Date.parse(to) / 1_000] },
      y: { range: (_, __, max) => [0, Math.max(1, (max ?? 1) * 1.1)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        grid: { show: false },
        values: (_, splits, __, ___, increment) => splits.map((at) => timeText(at, increment)),
      },
      { ...axis, size: 64, values: (_, splits) => splits.map((ms) => (ms === 0 ? '0' : formatMs(ms))) },
    ],
    series: [
      {},
      { stroke: 'transparent', points: { show: false } },
      { stroke: 'transparent', points: { show: false } },
      { stroke: accent, width: 1.6, points: { show: buckets.length < 100, size: 4, fill: accent } },
    ],
    bands: [{ series: [1, 2], fill: `color-mix(in srgb, ${accent} 16%, transparent)` }],
    hooks: {
      drawClear: [
        (plot) => shadeDown(plot, buckets, step, down),
        (plot) => shadeMaintenance(plot, maintenance, unknown),
      ],
      setCursor: [(plot) => point(plot.cursor.idx == null ? null : (buckets[plot.cursor.idx] ?? null))],
    },
  }
}

/** Where the URL was down: the more of the polls, the stronger. */
function shadeDown(plot: uPlot, buckets: readonly Bucket[], step: number, colour: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = colour
  for (const { at, polls, down } of buckets) {
    if (down === 0) continue
    const begin = Date.parse(at) / 1_000
    const left = plot.valToPos(begin, 'x', true)
    const width = Math.max(2, plot.valToPos(begin + step, 'x', true) - left)
    ctx.globalAlpha = 0.12 + 0.3 * (down / Math.max(1, polls))
    ctx.fillRect(left, bbox.top, width, bbox.height)
  }
  ctx.restore()
}

/** Where it was in maintenance, whatever polls found: a pale grey instead. */
function shadeMaintenance(plot: uPlot, times: History['maintenance'], colour: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = colour
  ctx.globalAlpha = 0.16
  for (const { from, to } of times) {
    const [left, right] = [from, to].map((at) => plot.valToPos(Date.parse(at) / 1_000, 'x', true)) as [
      number,
      number,
    ]
    const width = Math.max(2, right - left)
    ctx.clearRect(left, bbox.top, width, bbox.height)
    ctx.fillRect(left, bbox.top, width, bbox.height)
  }
  ctx.restore()
}

function timeText(at: number, increment: number): string {
  return increment >= DAY_S ? formatShortDay(at * 1_000) : formatClock(at * 1_000).slice(0, 5)
}
