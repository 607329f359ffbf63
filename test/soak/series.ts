/** One figure over time: x in minutes. */
export interface Series {
  readonly name: string
  readonly unit: string
  readonly points: (readonly [minutes: number, value: number])[]
}

/** How much a series grows in an hour, by least squares over the points after `from` minutes; 0 for fewer than two. */
export function slope({ points }: Series, from: number): number {
  const late = points.filter(([minutes]) => minutes >= from)
  const mean = (of: (point: readonly [number, number]) => number) =>
    late.reduce((sum, point) => sum + of(point), 0) / late.length
  const x = mean(([minutes]) => minutes)
  const y = mean(([, value]) => value)
  const spread = late.reduce((sum, [minutes]) => sum + (minutes - x) ** 2, 0)
  if (late.length < 2 || spread === 0) return 0
  return (60 * late.reduce((sum, [minutes, value]) => sum + (minutes - x) * (value - y), 0)) / spread
}

/** The value in the middle of those after `from` minutes. */
export function median({ points }: Series, from: number): number {
  const values = points.filter(([minutes]) => minutes >= from).map(([, value]) => value)
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
