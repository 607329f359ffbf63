import { isatty } from 'node:tty'
import { monotonicMs } from './clock.ts'

/** The signals that the process receives. */
export interface Signals {
  /** Calls `listener` at the first SIGINT or SIGTERM; at once if it has come already. */
  onStop(listener: () => void): void
  /** From now on SIGINT and SIGTERM end the process, as by default: for work that keeps the thread, and leaves nothing behind. */
  endAtOnce(): void
  /** Does what SIGINT does: a second time, it ends the process at once. */
  interrupt(): void
  /** Whether SIGINT or SIGTERM has come, so that another one ends the process at once. */
  readonly stopRequested: boolean
  /** Calls `listener` at each SIGUSR2. */
  onPrint(listener: () => void): void
  /**
   * Calls `listener` at each SIGHUP; at once if one has come already. A SIGHUP after the terminal has gone is
   * a request to stop instead.
   */
  onHangUp(listener: () => void): void
  /** SIGHUP has no meaning for this run: from now on it ends the process, as by default; at once if one has come that nobody listened to. */
  endOnHangUp(): void
}

/**
 * A second signal within this time, in ms, belongs to the first request: timeout(1) signals its child and then the process group
 * of the child, and npm forwards what the terminal has sent to all processes.
 */
const SAME_REQUEST_MS = 250

/** What a shell says of a process that SIGHUP has ended. */
const HANG_UP_CODE = 129

const STANDARD_STREAMS = [0, 1, 2] as const

/** Listens to the signals of this process. Only its main thread receives them. A second SIGINT or SIGTERM calls `exit`. */
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
  // When a terminal has gone, Node emits an error as it asks for its size. Writing to it fails too, which is handled there.
  if (isatty(1)) process.stdout.on('error', () => {})
  if (isatty(2)) process.stderr.on('error', () => {})
  const terminals = STANDARD_STREAMS.filter((fd) => isatty(fd))
  const isTerminalGone = () => !terminals.every((fd) => isatty(fd))
  const hangUpListeners: (() => void)[] = []
  let hasHungUp = false
  let endsOnHangUp = false
  const endByHangUp = () => {
    process.off('SIGHUP', hangUp)
    // As Node does before it exits by itself: the terminal, and temporary files, are left as they should be.
    process.emit('exit', HANG_UP_CODE)
    process.kill(process.pid, 'SIGHUP')
    // The first process of a container is not ended by a signal that it does not handle.
    // oxlint-disable-next-line unicorn/no-process-exit
    setTimeout(() => process.exit(HANG_UP_CODE), 100)
  }
  const hangUp = () => {
    if (endsOnHangUp) endByHangUp()
    else if (!isTerminalGone()) {
      hasHungUp = true
      for (const listener of hangUpListeners) listener()
    } else if (stoppedAt === null) stop()
  }
  const printListeners: (() => void)[] = []
  // All of these from the start: SIGUSR2 or SIGHUP would end the process while its lists are read.
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('SIGHUP', hangUp)
  process.on('SIGUSR2', () => {
    for (const listener of printListeners) listener()
  })
  // A stopped process gets no SIGWINCH, and Node remembers the size of the terminal.
  process.on('SIGCONT', () => process.emit('SIGWINCH'))
  return {
    onStop(listener) {
      stopListeners.push(listener)
      if (stoppedAt !== null) listener()
    },
    endAtOnce() {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      if (stoppedAt !== null) exit()
    },
    interrupt: stop,
    get stopRequested() {
      return stoppedAt !== null
    },
    onPrint: (listener) => void printListeners.push(listener),
    onHangUp(listener) {
      hangUpListeners.push(listener)
      if (hasHungUp) listener()
    },
    endOnHangUp() {
      // The listener stays: without it, a signal that has come but that the event loop has not delivered yet would be lost.
      endsOnHangUp = true
      if (hasHungUp && hangUpListeners.length === 0) endByHangUp()
    },
  }
}
