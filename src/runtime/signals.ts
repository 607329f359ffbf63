import { isatty } from 'node:tty'
import { monotonicMs } from './clock.ts'

/** What the process is asked from outside. */
export interface Signals {
  /** Calls `listener` at the first SIGINT or SIGTERM; at once if that was before. */
  onStop(listener: () => void): void
  /** Calls `listener` at each SIGUSR2. */
  onPrint(listener: () => void): void
  /**
   * Calls `listener` at each SIGHUP, which ends the process where nobody listens. One that comes since the terminal has gone
   * asks for the end instead.
   */
  onHangUp(listener: () => void): void
}

/**
 * A signal that comes this soon after the first, in ms, is the same request: timeout(1) signals its child, then the whole
 * process group, which the child is in; npm passes on what the terminal has sent to all.
 */
const SAME_REQUEST_MS = 250

const STANDARD_STREAMS = [0, 1, 2] as const

/** Listens to the signals of this process, which reach its main thread only. `exit` is called at a second SIGINT or SIGTERM. */
export function listenToSignals(exit: () => void): Signals {
  const stopListeners: (() => void)[] = []
  let stoppedAt: number | null = null
  const stop = () => {
    const now = monotonicMs()
    if (stoppedAt !== null) {
      if (now - stoppedAt >= SAME_REQUEST_MS) exit()
      return
    }
    stoppedAt = now
    for (const listener of stopListeners) listener()
  }
  // When a terminal has gone, Node fails to ask for its size. Who writes to it hears so as well.
  if (isatty(1)) process.stdout.on('error', () => {})
  if (isatty(2)) process.stderr.on('error', () => {})
  const terminals = STANDARD_STREAMS.filter((fd) => isatty(fd))
  /** A terminal that has gone is none any more. */
  const isTerminalGone = () => !terminals.every((fd) => isatty(fd))
  const hangUpListeners: (() => void)[] = []
  const hangUp = () => {
    if (!isTerminalGone()) for (const listener of hangUpListeners) listener()
    else if (stoppedAt === null) stop()
  }
  // A stopped job is not told that its terminal has another size, and Node keeps the size that it was told.
  process.on('SIGCONT', () => process.emit('SIGWINCH'))
  const printListeners: (() => void)[] = []
  // From the start: without a listener, it would end the process while lists are read.
  process.on('SIGUSR2', () => {
    for (const listener of printListeners) listener()
  })
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    onStop(listener) {
      stopListeners.push(listener)
      if (stoppedAt !== null) listener()
    },
    onPrint: (listener) => void printListeners.push(listener),
    onHangUp(listener) {
      if (hangUpListeners.push(listener) === 1) process.on('SIGHUP', hangUp)
    },
  }
}
