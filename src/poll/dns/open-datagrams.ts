import type { Datagram, NameServer } from './name-server.ts'

/** A question's datagrams without an answer. An array, not a class: there is one for each question. */
export type OpenDatagrams = readonly Datagram[]

export const NO_DATAGRAMS: OpenDatagrams = []

/** The open datagrams with one more. */
export function withDatagram(open: OpenDatagrams, datagram: Datagram): OpenDatagrams {
  return open.length === 0 ? [datagram] : [...open, datagram]
}

/** The open datagrams without this one. */
export function withoutDatagram(open: OpenDatagrams, datagram: Datagram): OpenDatagrams {
  return open.length === 1 ? NO_DATAGRAMS : open.filter((each) => each !== datagram)
}

/**
 * Counts the datagrams that were sent before `answered` as lost: those to `server`, or to all servers if it is null. Returns
 * the others.
 */
export function countLost(
  open: OpenDatagrams,
  { sentAt }: Datagram,
  server: NameServer | null,
): OpenDatagrams {
  const isLost = (earlier: Datagram) =>
    earlier.sentAt < sentAt && (server === null || earlier.server === server)
  for (const earlier of open) {
    if (!isLost(earlier)) continue
    earlier.server.loss.record(true)
    earlier.cancel()
  }
  return open.filter((earlier) => !isLost(earlier))
}
