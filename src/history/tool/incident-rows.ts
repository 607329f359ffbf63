import type { Incident } from '../incidents.ts'
import type { Session } from '../session.ts'

/** Incidents that are read at once. */
const PAGE = 1_000

/** All incidents that touch a time, in ms since the epoch, the latest first. */
export function* incidentRows(session: Session, from: number, to: number): Generator<Incident> {
  let cursor: string | null = null
  do {
    const page = session.incidents.read({ from, to, limit: PAGE, cursor })
    yield* page.incidents
    cursor = page.next
  } while (cursor !== null)
}
