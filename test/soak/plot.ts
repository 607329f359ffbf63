import type { Series } from './series.ts'

const WIDTH = 800
const HEIGHT = 110
const LEFT = 130
const RIGHT = 90
const TOP = 24
const BOTTOM = 26

/** A plot of each series over the same minutes, one below the other, as SVG. Axes begin at 0. */
export function plot(title: string, series: readonly Series[], minutes: number): string {
  const height = TOP + series.length * HEIGHT + BOTTOM
  const x = (at: number) => (LEFT + ((WIDTH - LEFT - RIGHT) * at) / minutes).toFixed(1)
  const ticks = Array.from({ length: 7 }, (_, n) => Math.round((n * minutes) / 6))
  const panels = series.map(({ name, unit, points }, n) => {
    const top = TOP + n * HEIGHT + 12
    const bottom = TOP + (n + 1) * HEIGHT - 12
    const most = Math.max(1e-9, ...points.map(([, value]) => value))
    const y = (value: number) => (bottom - ((bottom - top) * value) / most).toFixed(1)
    const line = points.map(([at, value]) => `${x(at)},${y(value)}`).join(' ')
    return [
      `<text x="10" y="${(top + bottom) / 2}">${name}</text>`,
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}" stroke="#bbb"/>`,
      `<text x="${WIDTH - RIGHT + 6}" y="${top + 4}" fill="#777">${shown(most)} ${unit}</text>`,
      `<text x="${WIDTH - RIGHT + 6}" y="${bottom + 4}" fill="#777">0</text>`,
      `<polyline points="${line}" fill="none" stroke="#246" stroke-width="1.2"/>`,
    ].join('\n')
  })
  const scale = ticks.map(
    (at) => `<text x="${x(at)}" y="${height - 8}" text-anchor="middle" fill="#777">${at} min</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="10" y="16" font-weight="bold">${title}</text>
${[...panels, ...scale].join('\n')}
</svg>
`
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2)
}
