import type { Socket } from 'node:net'

/** How long bytes are kept that the other side does not take, in ms. */
const MAX_UNSENT_MS = 1_000

/** Closes a socket when all that was written is on its way, and after MAX_UNSENT_MS at the latest: who reads nothing could keep it open for ever. */
export function closeSoon(socket: Socket): void {
  if (socket.destroyed) return
  socket.destroySoon()
  const timer = setTimeout(() => socket.destroy(), MAX_UNSENT_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}
