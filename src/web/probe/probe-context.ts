import type { Attempt } from '../../poll/attempt/attempt.ts'
import type { Transport } from '../../poll/http/transports.ts'
import type { RequestValues } from '../../poll/http/request-values.ts'
import type { ProbeLog } from './probe-log.ts'
import type { ProbeReport } from './report.ts'

/** What a prober works with: the target, the limits and what it fills in. */
export interface ProbeContext {
  /** As in the query. */
  readonly target: string
  /** The parameter `hostname`; '' for none. */
  readonly hostname: string
  readonly attempt: Attempt
  readonly report: ProbeReport
  readonly log: ProbeLog
  /** Connects directly, from the source address of the module. */
  readonly dialer: Transport['dialer']
  readonly values: RequestValues
  /** The monotonic clock, in ms. */
  readonly now: () => number
}
