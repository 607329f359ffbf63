import type { PageFacts } from './list-page.tsx'

/** Where the list was when a URL of it was opened. */
export interface Place {
  /** The filters, as a query. */
  readonly text: string
  readonly pages: readonly PageFacts[]
  /** The page that has the row. */
  readonly page: number
  /** The address of the row. */
  readonly href: string
  /** How far the row was below the top of the window, in CSS pixels. */
  readonly top: number
}

/** Places that are kept. */
const MAX_PLACES = 20

/** By a number that the history of the tab keeps: a page that is loaded again begins at its top. */
const places = new Map<number, Place>()
let next = 1

/** Keeps a place with the address that is shown now, until it is shown again. */
export function keepPlace(place: Place): void {
  places.set(next, place)
  if (next > MAX_PLACES) places.delete(next - MAX_PLACES)
  history.replaceState({ place: next++ }, '')
}

/** The place of the address that is shown now, if its list has these filters; else null. */
export function keptPlace(text: string): Place | null {
  const state: unknown = history.state
  if (typeof state !== 'object' || state === null || !('place' in state)) return null
  const place = places.get(Number(state.place))
  return place?.text === text ? place : null
}
