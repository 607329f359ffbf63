import type { WallPosition } from '../../api/wall-recorder.ts'

/** A place of the wall as text: the id of its events. */
export function formatWallPosition({ epoch, layout, change, poll }: WallPosition): string {
  return `${epoch}-${layout}-${change}-${poll}`
}

/** What `formatWallPosition` made; a place that no monitor knows if it is something else. */
export function parseWallPosition(text: string): WallPosition {
  const match = /^([a-z0-9]{1,16})-(\d{1,15})-(\d{1,15})-(\d{1,15})$/.exec(text)
  const number = (at: number) => Number(match?.[at] ?? 0)
  return { epoch: match?.[1] ?? '', layout: number(2), change: number(3), poll: number(4) }
}
