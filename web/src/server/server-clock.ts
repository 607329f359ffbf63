/** A smaller difference may be the time that a message took, and is left as it is, in ms. */
const TOLERANCE_MS = 2_000

/** What has to be added to the clock of the viewer, in ms. */
let difference = 0

/** The server has sent something just now, at `at` by its clock: ISO 8601. */
export function serverSaid(at: string): void {
  const found = Date.parse(at) - Date.now()
  if (Math.abs(found - difference) > TOLERANCE_MS) difference = found
}

/** The time by the clock of the server, whatever that of the viewer says, in ms since the epoch: all times that are shown are by that one. */
export function serverNow(): number {
  return Date.now() + difference
}
