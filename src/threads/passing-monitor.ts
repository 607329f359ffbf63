import type { MonitorTarget } from './monitor-handler.ts'

/** The monitor, as messages use it, with some methods that do something else, or more. */
export function passingMonitor(
  monitor: MonitorTarget,
  own: Partial<Omit<MonitorTarget, 'counts'>>,
): MonitorTarget {
  return {
    get counts() {
      return monitor.counts
    },
    addUrls: (urls) => monitor.addUrls(urls),
    removeUrls: (ids) => monitor.removeUrls(ids),
    receiveStates: (batch) => monitor.receiveStates(batch),
    receiveZones: (names, batch) => monitor.receiveZones(names, batch),
    updateMainStats: (stats) => monitor.updateMainStats(stats),
    updatePollerStats: (poller, cpuMs, bounds) => monitor.updatePollerStats(poller, cpuMs, bounds),
    print: () => monitor.print(),
    finish: () => monitor.finish(),
    ...own,
  }
}
