import packageJson from '#package.json' with { type: 'json' }
import { REASON_FACTS, REASONS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import { histogramSamples, metricHead, sample } from './exposition.ts'
import type { ExpositionFormat } from './exposition.ts'
import { TOTAL_METRICS } from './metrics.ts'
import type { Totals } from './metrics-recorder.ts'

/** What the process says of itself. Null where the system does not tell it. */
export interface ProcessFacts {
  readonly cpuSeconds: number
  readonly residentBytes: number
  /** In seconds since the epoch. */
  readonly startedAt: number
  readonly openFds: number | null
  readonly maxFds: number | null
}

/** The metrics over the whole list and of the process, as text. `omitted`: URLs without series of their own. */
export function totalSamples(
  totals: Totals,
  omitted: number,
  facts: ProcessFacts,
  format: ExpositionFormat,
): string {
  const { counts, mainStats } = totals
  const { owners } = mainStats
  const samples: Record<keyof typeof TOTAL_METRICS, string> = {
    urls: series('urls', 'verdict', Object.entries(counts)),
    omitted: single('omitted', omitted),
    polls: totals.polls
      .map((polls, n) => {
        const reason = REASONS[n] as Reason
        return sample(TOTAL_METRICS.polls.name, { verdict: REASON_FACTS[reason].verdict, reason }, polls)
      })
      .join(''),
    duration: histogramSamples(TOTAL_METRICS.duration.name, totals.duration, format),
    lateness: histogramSamples(TOTAL_METRICS.lateness.name, totals.lateness, format),
    skipped: single('skipped', mainStats.skipped),
    resources: series('resources', 'owner', [
      ['asleep', owners.asleep],
      ['due', owners.due],
      ['poller', owners.pollers.reduce((sum, held) => sum + held, 0)],
      ['leaving', owners.leaving],
    ]),
    invalidLines: single('invalidLines', mainStats.invalidLines),
    restarts: single('restarts', mainStats.pollerRestarts),
    cpu: series('cpu', 'thread', [
      ['main', mainStats.cpuMs / 1000],
      ['monitor', totals.monitorCpuMs / 1000],
      ...totals.pollersCpuMs.map((ms, n) => [`poller-${n + 1}`, ms / 1000] as const),
    ]),
    build: sample(
      TOTAL_METRICS.build.name,
      { version: packageJson.version, node_version: process.versions.node },
      1,
    ),
    processCpu: single('processCpu', facts.cpuSeconds),
    processMemory: single('processMemory', facts.residentBytes),
    processStart: single('processStart', facts.startedAt),
    openFds: facts.openFds === null ? '' : single('openFds', facts.openFds),
    maxFds: facts.maxFds === null ? '' : single('maxFds', facts.maxFds),
  }
  return Object.entries(samples)
    .map(([key, lines]) => `${metricHead(TOTAL_METRICS[key as keyof typeof samples], format)}${lines}`)
    .join('')
}

function single(key: keyof typeof TOTAL_METRICS, value: number): string {
  return sample(TOTAL_METRICS[key].name, {}, value)
}

function series(
  key: keyof typeof TOTAL_METRICS,
  label: string,
  values: readonly (readonly [text: string, value: number])[],
): string {
  return values.map(([text, value]) => sample(TOTAL_METRICS[key].name, { [label]: text }, value)).join('')
}
