import type { Machine } from '../lib/machine.ts'
import type { ClusterCost } from '../scenarios/cluster.ts'
import type { Micro } from '../scenarios/micro.ts'
import type { Paced, PacedOptions } from '../scenarios/paced.ts'
import type { Reload, ReloadOptions } from '../scenarios/reload.ts'
import type { Probes } from '../scenarios/probe.ts'
import type { Start } from '../scenarios/start.ts'
import type { Web } from '../scenarios/web.ts'
import type { ScenarioResult } from '../scenarios/run-scenario.ts'

/** The figures of a run. Scenarios that did not run are missing. */
export interface Results {
  readonly command: string
  readonly machine: Machine
  readonly rounds: number
  readonly seconds: number
  /** A short run: its figures mean nothing. */
  readonly short: boolean
  readonly scenarios: {
    readonly fresh?: ScenarioResult
    readonly keep?: ScenarioResult
    readonly tls?: ScenarioResult
    readonly 'tls-keep'?: ScenarioResult
    readonly http2?: ScenarioResult
    readonly dns?: ScenarioResult
    readonly body?: ScenarioResult
    readonly 'body-keep'?: ScenarioResult
    readonly json?: ScenarioResult
    readonly tcp?: ScenarioResult
    readonly query?: ScenarioResult
    readonly probe?: Probes
    readonly million?: Paced & PacedOptions
    readonly names?: Paced & PacedOptions
    readonly idle?: Paced & PacedOptions
    readonly reload?: Reload & ReloadOptions
    readonly web?: Web
    readonly growth?: ScenarioResult
    readonly pool?: ScenarioResult
    readonly start?: readonly Start[]
    readonly cluster?: readonly ClusterCost[]
    readonly micro?: readonly Micro[]
  }
}

/** The scenarios with other contestants. */
export const COMPARED = [
  'fresh',
  'keep',
  'tls',
  'tls-keep',
  'http2',
  'dns',
  'body',
  'body-keep',
  'json',
  'tcp',
  'query',
  'probe',
] as const

/** Those of them whose polls are HEAD requests. */
export const HEAD_ONLY = ['fresh', 'keep', 'tls', 'tls-keep', 'http2', 'dns'] as const

/** The scenarios with headcount alone and a list at a realistic interval. */
export const PACED = ['million', 'names', 'idle'] as const
