import type { Verdict } from '../../resource/resource.ts'
import type { LatestState } from '../../state/latest-state.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { ZoneState } from '../../state/zone-states.ts'
import { escapeJson } from './escape.ts'
import { isoDate } from '../../resource/iso-date.ts'
import { parseLabels } from '../../resource/labels.ts'
import type { reasonCounts } from './result-text.ts'
import type { ClusterStats, Summary } from './summary.ts'

/** The counts of `reasonCounts`. */
type Reasons = ReturnType<typeof reasonCounts>

/** What was before a State. */
export interface Turn {
  /** What was shown of the URL before this poll. */
  readonly previousVerdict: Verdict
  /** Since when the verdict is what it is, in ms since the epoch; 0: not known. */
  readonly since: number
  /** How many consecutive polls have found it so. */
  readonly consecutive: number
}

/**
 * A State as a line of JSON, with its line break. `labels`: as `StateMap` keeps them. `turn`: by default that of a first poll. `zones`: what
 * each says.
 */
export function stateLine(
  url: string,
  state: ShownState,
  labels = '',
  { previousVerdict, since, consecutive }: Turn = firstTurn(state),
  zones: readonly ZoneState[] = [],
): string {
  const json = jsonText(stateFields(url, state, labels, zones))
  // Writing the rest by hand saves a copy of all fields. Nothing in it needs escaping.
  const sinceText = JSON.stringify(since === 0 ? null : isoDate(since))
  // The fields have this one already where a verdict needs several polls.
  const inARow = state.last === undefined ? `,"consecutive":${consecutive}` : ''
  return `${json.slice(0, -1)},"previousVerdict":"${previousVerdict}","since":${sinceText}${inARow}}\n`
}

function firstTurn({ at, verdict, last }: ShownState): Turn {
  const consecutive = last?.consecutive ?? (verdict === 'unknown' ? 0 : 1)
  return { previousVerdict: 'pending', since: at, consecutive }
}

/** That the verdict of a URL counts no more, without a poll, as a line of JSON. `at`: in ms since the epoch. */
export function lostLine(latest: LatestState, at: number, previousVerdict: Verdict, labels: string): string {
  const { url, verdict, reason, text: detail } = latest
  const facts = { at: isoDate(at), url, verdict, reason, detail, previousVerdict, since: isoDate(at) }
  return jsonLine({ type: 'event', event: 'verdict', ...facts, labels: parseLabels(labels) })
}

/** That a URL has left its list, as a line of JSON. `at`: in ms since the epoch. */
export function removedLine(url: string, at: number): string {
  return jsonLine({ type: 'event', event: 'removed', at: isoDate(at), url })
}

/** The fields of a State in JSON. `zones`: what each says; none without several. */
export function stateFields(
  url: string,
  state: ShownState,
  labels: string,
  zones: readonly ZoneState[] = [],
) {
  const { phasesMs, tls, last } = state
  return {
    type: 'state',
    at: isoDate(state.at),
    url,
    verdict: state.verdict,
    reason: state.reason,
    status: state.status === 0 ? null : state.status,
    statusText: state.statusText,
    detail: state.detail,
    method: state.method,
    errCount: state.errCount,
    durationMs: roundToTenth(state.durationMs),
    phasesMs: {
      dns: roundToTenth(phasesMs.dns),
      connect: roundToTenth(phasesMs.connect),
      tls: roundToTenth(phasesMs.tls),
      wait: roundToTenth(phasesMs.wait),
      ...(phasesMs.proxy === undefined ? {} : { proxy: roundToTenth(phasesMs.proxy) }),
    },
    lateMs: roundToTenth(state.lateMs),
    stalledMs: roundToTenth(state.stalledMs),
    redirects: state.redirects,
    finalUrl: state.finalUrl,
    address: state.address,
    httpVersion: state.httpVersion,
    tls: tls === null ? null : { protocol: tls.protocol, expiresAt: isoDate(tls.expiresAt) },
    rechecked: state.rechecked,
    poller: state.poller,
    labels: parseLabels(labels),
    ...(last === undefined ? {} : { answer: last.answer, consecutive: last.consecutive }),
    ...(zones.length === 0 ? {} : { zones: zones.map(zoneFields) }),
  }
}

/** What a zone says of a URL in JSON. Null is what is not known of a poll that was made before this machine could hear of it. */
export function zoneFields({ zone, verdict, reason, status, durationMs, at }: ZoneState): object {
  return {
    zone,
    verdict,
    reason,
    status: status === 0 ? null : status,
    durationMs: at === 0 ? null : roundToTenth(durationMs),
    at: at === 0 ? null : isoDate(at),
  }
}

/** A summary as a line of JSON, with its line break. `reasons`: how many URLs have each, of the last one of a run. */
export function summaryLine(summary: Summary, reasons: Reasons | null = null): string {
  const { counts, lateness, duration, mainStats } = summary
  return jsonLine({
    type: 'summary',
    at: isoDate(summary.at),
    urls: summary.urls,
    up: counts.up,
    down: counts.down,
    unknown: counts.unknown,
    pending: counts.pending,
    polls: summary.polls,
    pollsPerSecond: roundToTenth(summary.pollsPerSecond),
    skipped: mainStats.skipped,
    failures: summary.failures,
    dropped: summary.dropped,
    latenessMs: {
      p50: roundToTenth(lateness.p50),
      p99: roundToTenth(lateness.p99),
      p999: roundToTenth(lateness.p999),
      max: roundToTenth(lateness.max),
    },
    durationMs: {
      p50: roundToTenth(duration.p50),
      p90: roundToTenth(duration.p90),
      p99: roundToTenth(duration.p99),
      max: roundToTenth(duration.max),
    },
    owners: mainStats.owners,
    ...(mainStats.cluster === undefined ? {} : { cluster: clusterFields(mainStats.cluster) }),
    bounds: summary.bounds,
    rssBytes: summary.rssBytes,
    cpuMs: {
      main: roundToTenth(mainStats.cpuMs),
      monitor: roundToTenth(summary.monitorCpuMs),
      pollers: summary.pollersCpuMs.map(roundToTenth),
    },
    ...(reasons === null ? {} : { reasons: Object.fromEntries(reasons) }),
  })
}

function clusterFields({ isReady, machines }: ClusterStats): object {
  return {
    ready: isReady,
    machines: machines.map(({ name, zone, isUp, isDrained, canPoll, plans, alerts, batches, urls }) => ({
      node: name,
      ...(zone === '' ? {} : { zone }),
      up: isUp,
      drained: isDrained,
      ready: canPoll,
      plans,
      alerts,
      batches,
      urls,
    })),
  }
}

/** An object as a line of JSON, with its line break. */
function jsonLine(value: object): string {
  return `${jsonText(value)}\n`
}

/** An object as JSON in one line, of which no character does anything to a terminal. */
export function jsonText(value: object): string {
  return escapeJson(JSON.stringify(value))
}

/** JSON of an object with fields besides. */
export function withFields(json: string, more: object): string {
  return `${json.slice(0, -1)},${jsonText(more).slice(1)}`
}

function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10
}
