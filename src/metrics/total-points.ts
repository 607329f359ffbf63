import packageJson from '#package.json' with { type: 'json' }
import type { MachineStats } from '../print/text/summary.ts'
import { REASON_FACTS, REASONS } from '../state/reasons.ts'
import type { Reason } from '../state/reasons.ts'
import { alertPoints } from './alert-metrics.ts'
import type { Point } from './metric.ts'
import type { TOTAL_METRICS } from './metrics.ts'
import type { Totals } from './metrics-recorder.ts'
import type { HistogramData } from './poll-histogram.ts'

/** What the process says of itself. Null where the system does not tell it. */
export interface ProcessFacts {
  readonly cpuSeconds: number
  /** Of the web thread, which makes the metrics. */
  readonly webCpuMs: number
  readonly residentBytes: number
  /** In seconds since the epoch. */
  readonly startedAt: number
  readonly openFds: number | null
  readonly maxFds: number | null
}

/** The values of each metric over the whole list and of the process. */
export type TotalPoints = Record<keyof typeof TOTAL_METRICS, readonly Point[] | HistogramData>

/** The values of the metrics over the whole list and of the process. `omitted`: URLs without series of their own. */
export function totalPoints(totals: Totals, omitted: number, facts: ProcessFacts): TotalPoints {
  const { counts, mainStats, history, alerts } = totals
  const { owners } = mainStats
  return {
    urls: points('verdict', Object.entries(counts)),
    omitted: point(omitted),
    polls: totals.polls.map((value, n) => {
      const reason = REASONS[n] as Reason
      return { labels: { verdict: REASON_FACTS[reason].verdict, reason }, value }
    }),
    duration: totals.duration,
    lateness: totals.lateness,
    skipped: point(mainStats.skipped),
    resources: points('owner', [
      ['asleep', owners.asleep],
      ['due', owners.due],
      ['poller', owners.pollers.reduce((sum, held) => sum + held, 0)],
      ['leaving', owners.leaving],
    ]),
    invalidLines: point(mainStats.invalidLines),
    refusedLists: point(mainStats.refusedLists),
    restarts: point(mainStats.pollerRestarts),
    ...clusterPoints(mainStats),
    historyDropped: point(history?.dropped ?? null),
    historyErrors: point(history?.errors ?? null),
    historySize: point(history?.sizeBytes ?? null),
    ...alertPoints(alerts),
    cpu: points('thread', [
      ['main', mainStats.cpuMs / 1000],
      ['monitor', totals.monitorCpuMs / 1000],
      ['web', facts.webCpuMs / 1000],
      ...(history === null ? [] : [['recorder', history.cpuMs / 1000] as const]),
      ...(alerts === null ? [] : [['alerter', alerts.cpuMs / 1000] as const]),
      ...totals.pollersCpuMs.map((ms, n) => [`poller-${n + 1}`, ms / 1000] as const),
    ]),
    build: [{ labels: { version: packageJson.version, node_version: process.versions.node }, value: 1 }],
    processCpu: point(facts.cpuSeconds),
    processMemory: point(facts.residentBytes),
    processStart: point(facts.startedAt),
    openFds: point(facts.openFds),
    maxFds: point(facts.maxFds),
  }
}

function clusterPoints({
  cluster,
}: Totals['mainStats']): Pick<TotalPoints, 'clusterServer' | 'nodes' | 'nodeBatches' | 'nodeUrls'> {
  const of = (value: (machine: MachineStats) => number) =>
    (cluster?.machines ?? []).map((machine) => ({
      labels: { node: machine.name, ...(machine.zone === '' ? {} : { zone: machine.zone }) },
      value: value(machine),
    }))
  return {
    clusterServer: point(cluster === undefined ? null : Number(cluster.isReady)),
    nodes: of(({ isUp }) => Number(isUp)),
    nodeBatches: of(({ batches }) => batches),
    nodeUrls: of(({ urls }) => urls),
  }
}

function point(value: number | null): readonly Point[] {
  return value === null ? [] : [{ labels: {}, value }]
}

function points(
  label: string,
  values: readonly (readonly [text: string, value: number])[],
): readonly Point[] {
  return values.map(([text, value]) => ({ labels: { [label]: text }, value }))
}
