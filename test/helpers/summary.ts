import type { Summary } from '../../src/print/text/summary.ts'

/** A summary with a value of its own in each field. */
export const summary: Summary = {
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  urls: 10,
  counts: { up: 4, down: 3, unknown: 2, pending: 1 },
  polls: 120,
  pollsPerSecond: 2.04,
  failures: { polls: 9, printed: 4 },
  dropped: 0,
  lateness: { p50: 0.2, p90: 0.5, p99: 1.14, p999: 2, max: 2.4 },
  duration: { p50: 38, p90: 60.06, p99: 90.3, p999: 100, max: 120.7 },
  mainStats: {
    owners: { asleep: 7, due: 1, pollers: [2, 0], leaving: 0 },
    maxLent: 32,
    skipped: 5,
    pollerRestarts: 3,
    invalidLines: 0,
    refusedLists: 0,
    address: null,
    cpuMs: 12.04,
  },
  bounds: {
    polls: { used: 1, most: 16 },
    lent: { used: 2, most: 32 },
    names: { used: 3, most: 100_000 },
    sessions: { used: 4, most: 16_384 },
    connections: { used: 5, most: 64 },
    output: { used: 6, most: 67_108_864 },
    file: { used: 0, most: 0 },
  },
  rssBytes: 123_456_789,
  monitorCpuMs: 3.12,
  pollersCpuMs: [40.2, 39.8],
}
