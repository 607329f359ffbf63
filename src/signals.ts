/** What the process is asked from outside. */
export interface Signals {
  /** Calls `listener` at the first SIGINT or SIGTERM; at once if that was before. */
  onStop(listener: () => void): void
  /** Calls `listener` at each SIGUSR2. */
  onPrint(listener: () => void): void
  /** Calls `listener` at each SIGHUP, which ends the process where nobody listens. */
  onHangUp(listener: () => void): void
}

/** Listens to the signals of this process, which reach its main thread only. `exit` is called at the second SIGINT or SIGTERM. */
export function listenToSignals(exit: () => void): Signals {
  const stopListeners: (() => void)[] = []
  let stopped = false
  const stop = () => {
    if (stopped) exit()
    stopped = true
    for (const listener of stopListeners) listener()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    onStop(listener) {
      stopListeners.push(listener)
      if (stopped) listener()
    },
    onPrint: (listener) => void process.on('SIGUSR2', listener),
    onHangUp: (listener) => void process.on('SIGHUP', listener),
  }
}
