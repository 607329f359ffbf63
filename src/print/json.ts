import type { SentState } from '../state/batch.ts'
import { escapeJson } from './escape.ts'
import { labelsOf } from './labels.ts'
import type { Summary } from './summary.ts'

/** The greatest time that a Date can hold, in ms. */
const LAST_DATE = 8.64e15

/** One State as a line of JSON, its line break included. `labels` as `StateMap` keeps them. */
export function stateLine(url: string, state: SentState, labels = ''): string {
  const { phasesMs, tls } = state
  return line({
    type: 'state',
    at: iso(state.at),
    url,
    verdict: state.verdict,
    reason: state.reason,
    status: state.status === 0 ? null : state.status,
    statusText: state.statusText,
    detail: state.detail,
    method: state.method,
    errCount: state.errCount,
    durationMs: tenths(state.durationMs),
    phasesMs: {
      dns: tenths(phasesMs.dns),
      connect: tenths(phasesMs.connect),
      tls: tenths(phasesMs.tls),
      wait: tenths(phasesMs.wait),
    },
    lateMs: tenths(state.lateMs),
    heldMs: tenths(state.heldMs),
    redirects: state.redirects,
    finalUrl: state.finalUrl,
    address: state.address,
    httpVersion: state.httpVersion,
    tls: tls === null ? null : { protocol: tls.protocol, expiresAt: iso(tls.expiresAt) },
    rechecked: state.rechecked,
    poller: state.poller,
    labels: labelsOf(labels),
  })
}

/** One summary as a line of JSON, its line break included. */
export function summaryLine(summary: Summary): string {
  const { counts, lateness, duration, ledger } = summary
  return line({
    type: 'summary',
    at: iso(summary.at),
    urls: summary.urls,
    up: counts.up,
    down: counts.down,
    unknown: counts.unknown,
    pending: counts.pending,
    polls: summary.polls,
    pollsPerSecond: tenths(summary.pollsPerSecond),
    skipped: ledger.skipped,
    failures: summary.failures,
    dropped: summary.dropped,
    latenessMs: {
      p50: tenths(lateness.p50),
      p99: tenths(lateness.p99),
      p999: tenths(lateness.p999),
      max: tenths(lateness.max),
    },
    durationMs: {
      p50: tenths(duration.p50),
      p90: tenths(duration.p90),
      p99: tenths(duration.p99),
      max: tenths(duration.max),
    },
    owners: ledger.owners,
    bounds: summary.bounds,
    rssBytes: summary.rssBytes,
    cpuMs: {
      main: tenths(ledger.cpuMs),
      monitor: tenths(summary.monitorCpuMs),
      pollers: summary.pollersCpuMs.map(tenths),
    },
  })
}

function line(value: object): string {
  return `${escapeJson(JSON.stringify(value))}\n`
}

function iso(at: number): string | null {
  return Math.abs(at) <= LAST_DATE ? new Date(at).toISOString() : null
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
