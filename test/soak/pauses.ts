// Preloaded into every thread of the program with NODE_OPTIONS=--import: stops the whole thread of each poller, again and
// again, as a garbage collection or a busy machine would.
import { isMainThread } from 'node:worker_threads'

const PAUSE_MS = 500
const PAUSE_EVERY_MS = 4_000

if (!isMainThread) {
  setInterval(() => {
    const end = performance.now() + PAUSE_MS
    while (performance.now() < end);
  }, PAUSE_EVERY_MS).unref()
}
