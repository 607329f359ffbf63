import { hashText } from './text-hash.ts'

/** When a URL was polled last and is to be polled next. All in ms of one clock. */
export interface Slot {
  /** The slot that the next poll counts for. */
  readonly slotAt: number
  /** When to poll. */
  readonly dueAt: number
}

/** The first slot of a URL that nobody has polled: it follows from the URL alone, so that all machines agree on it. */
export function firstSlot(url: string, intervalMs: number, from: number): Slot {
  const phase = (hashText(url) / 2 ** 32) * intervalMs
  const at = Math.ceil((from - phase) / intervalMs) * intervalMs + phase
  return { slotAt: at, dueAt: at }
}

/**
 * The slot with which a machine that has taken a URL over goes on, not before `from`.
 *
 * `clean`: its last holder has handed it back, so nobody has polled `slot`: it is polled now if its time has come. Otherwise its last
 * holder is believed dead, and may have polled any slot up to `from`: the first one after that is polled. So is it when the URL has
 * been with nobody for longer than its interval: whatever slept as long would be due at once. `stepMs`: the time from one slot to the next.
 */
export function takenOver(slot: Slot, stepMs: number, notBefore: number, from: number, clean: boolean): Slot {
  if (clean && slot.dueAt > from - stepMs && slot.dueAt <= from + stepMs)
    return { slotAt: slot.slotAt, dueAt: Math.max(slot.dueAt, from) }
  const slots = Math.floor((from - slot.slotAt) / stepMs) + 1
  const first = slot.slotAt + slots * stepMs
  if (notBefore <= first) return { slotAt: first, dueAt: first }
  const allowed = first + Math.ceil((notBefore - first) / stepMs) * stepMs
  return { slotAt: allowed, dueAt: allowed }
}

/** The slot with which another machine goes on with a URL of which a poll may be in flight until `until`. */
export function slotAfterPoll(slot: Slot, stepMs: number, until: number): Slot {
  if (slot.dueAt >= until) return slot
  const at = slot.slotAt + Math.ceil((until - slot.slotAt) / stepMs) * stepMs
  return { slotAt: at, dueAt: at }
}
