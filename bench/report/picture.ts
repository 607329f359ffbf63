import type { Result } from '../scenarios/run-scenario.ts'
import type { Results } from './results.ts'
import { shown } from './table.ts'

/** The scenarios that are drawn, and the heading of each. */
const DRAWN = [
  ['fresh', 'a new connection for each poll'],
  ['keep', 'kept connections'],
  ['tls', 'a new TLS connection for each poll'],
  ['http2', 'kept connections, HTTP/2'],
] as const

/** Contestants that poll nothing: they show what the machine can do. */
const MEASURES = ['floor', 'wrk']

const WIDTH = 720
const BAR = 18
const GAP = 6
const HEADING = 34
const LABEL = 210
const NUMBER = 90
const MARGIN = 16

/** Bars of the polls per CPU-second of headcount and its peers, as SVG. The longest bar of each scenario has the full width. */
export function drawBars({ scenarios, machine }: Results): string {
  const parts: string[] = []
  let y = MARGIN
  for (const [name, heading] of DRAWN) {
    const results = (scenarios[name]?.results ?? []).filter(
      (result) => !MEASURES.some((measure) => result.name.startsWith(measure)),
    )
    if (results.length < 2) continue
    parts.push(text(MARGIN, y + 18, heading, 'font-weight="600"'))
    y += HEADING
    const most = Math.max(...results.map(({ pollsPerCpuSecond }) => pollsPerCpuSecond))
    for (const result of results.toSorted((a, b) => b.pollsPerCpuSecond - a.pollsPerCpuSecond)) {
      parts.push(...bar(y, result, most))
      y += BAR + GAP
    }
    y += GAP
  }
  const source = `${machine.date}, ${machine.cpu}, Node ${machine.versions['Node'] ?? ''}`
  parts.push(
    text(MARGIN, y + 14, `polls per second of CPU time; longer is better. ${source}`, 'fill="#57606a"'),
  )
  const height = y + 14 + MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

function bar(y: number, { name, pollsPerCpuSecond }: Result, most: number): string[] {
  const width = ((WIDTH - LABEL - NUMBER - MARGIN) * pollsPerCpuSecond) / most
  const colour = name === 'headcount' ? '#1f7a4d' : '#9aa4ae'
  return [
    text(LABEL - 8, y + 14, name, 'text-anchor="end"'),
    `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
    text(LABEL + width + 6, y + 14, shown(Math.round(pollsPerCpuSecond)), ''),
  ]
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`
}
