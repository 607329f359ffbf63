import type { MonitorTarget } from './monitor-handler.ts'
import { passingMonitor } from './passing-monitor.ts'

/** Where the monitor's buffers go when it has read them: a RecorderFeed, or an AlerterFeed, which copies what it needs. */
interface BufferTarget {
  passStates(batch: ArrayBuffer): void
  passUrls(urls: ArrayBuffer): void
  passIds(ids: ArrayBuffer): void
}

/** The monitor, as messages use it, with each buffer passed on once the monitor has read it. */
export function feedingMonitor(monitor: MonitorTarget, feed: BufferTarget): MonitorTarget {
  return passingMonitor(monitor, {
    addUrls(urls) {
      monitor.addUrls(urls)
      feed.passUrls(urls)
    },
    removeUrls(ids) {
      monitor.removeUrls(ids)
      feed.passIds(ids)
    },
    receiveStates(batch) {
      monitor.receiveStates(batch)
      feed.passStates(batch)
    },
  })
}
