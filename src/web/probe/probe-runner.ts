import { failure, isFailure } from '../../poll/attempt/failure.ts'
import { classify } from '../../poll/attempt/classify.ts'
import type { HttpResponse } from '../../poll/http/exchange.ts'
import { NetworkFaults } from '../../poll/network-faults.ts'
import type { Probing } from '../../poll/probing.ts'
import { transportFor } from '../../poll/resolved-profile.ts'
import type { Resource } from '../../resource/resource.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import type { ProbeReply } from '../../threads/probe-protocol.ts'
import { judge } from '../../poll/verdict/judge.ts'
import type { Judgement } from '../../poll/verdict/judge.ts'
import { PASSED } from '../../poll/verdict/probe-result.ts'
import type { ProbeResult } from '../../poll/verdict/probe-result.ts'
import type { ModuleProber } from './module-prober.ts'
import type { PendingProbe } from './pending-probe.ts'
import type { ProbeContext } from './probe-context.ts'
import { LogLines, NO_LOG } from './probe-log.ts'
import { emptyReport, fail } from './report.ts'
import type { ProbeReport } from './report.ts'
import { reportText } from './report-text.ts'

/** Whether the uplink is out is asked for this long, in ms: whoever asks for the probe waits for it. */
const MAX_UPLINK_MS = 300

/** What came of a probe: what the poller makes of it, and what goes to the web thread. */
export interface ProbeOutcome {
  readonly judgement: Judgement
  readonly reply: ProbeReply
}

/** Makes probes. */
export class ProbeRunner {
  readonly #probing: Probing
  readonly #faults: NetworkFaults

  constructor(probing: Probing) {
    this.#probing = probing
    this.#faults = new NetworkFaults(probing)
  }

  /**
   * Makes a probe. Rejects only for a bug in headcount. Null: it was cancelled meanwhile, and its end says nothing of the target or the
   * network.
   */
  async run(pending: PendingProbe, resource: Resource, prober: ModuleProber): Promise<ProbeOutcome | null> {
    const { deadlines, stalls, now } = this.#probing
    const { attempt } = pending
    const { id, wantsLog, target, hostname, deadline, timeoutSeconds } = pending.request
    const { module, secrets } = prober
    const lines = wantsLog ? new LogLines({ module: module.name, target }, secrets) : null
    const log = lines?.log ?? NO_LOG
    const began = now()
    const stalledBefore = stalls.totalMs
    const report = emptyReport()
    log('info', 'Beginning probe', { probe: module.prober, timeout_seconds: timeoutSeconds })
    // Extended, the reply would come when the web thread has given the probe up.
    deadlines.addFixed(attempt)
    const answer = await this.#probe({ target, hostname, attempt, report, log }, prober)
    if (pending.isCancelled) {
      deadlines.remove(attempt)
      return null
    }
    if (report.failure !== null) {
      deadlines.noteStall()
      const checked = await this.#faults.checkRoute(attempt, report.failure)
      if (checked !== report.failure) fail(report, checked)
    }
    deadlines.remove(attempt)
    const durationMs = now() - began
    const stall = { longestMs: stalls.longestSince(began), totalMs: stalls.totalMs - stalledBefore }
    const result = probeResult(resource, report, answer)
    const uplink = await this.#ofUplink(result, resource, prober, began)
    const judgement =
      report.failure === null
        ? judgementOf(report)
        : judge(result, stall, uplink, { accept: [], timeoutMs: deadline - began })
    const isLocalFault = !report.success && judgement.verdict === 'unknown'
    if (isLocalFault) report.reason = judgement.reason
    const fields = { duration_seconds: Math.round(durationMs * 1e6) / 1e9 }
    if (report.success) log('info', 'Probe succeeded', fields)
    else log('error', 'Probe failed', fields)
    const metrics = reportText(report, { durationMs, isLocalFault })
    return { judgement, reply: { id, metrics, log: lines?.text ?? '' } }
  }

  async #probe(
    parts: Omit<ProbeContext, 'dialer' | 'values' | 'now'>,
    { profile, probe }: ModuleProber,
  ): Promise<HttpResponse | null> {
    const { prober, now } = this.#probing
    try {
      const { dialer } = profile.transport
      return await probe({ ...parts, dialer, values: prober.values, now })
    } catch (error) {
      // A bug in headcount must not look like a fault of the target.
      fail(parts.report, classify(error))
      return null
    }
  }

  /** Why the uplink is to blame for a failure; null if it is not, or if that is not known soon. */
  async #ofUplink(
    result: ProbeResult,
    resource: Resource,
    { profile }: ModuleProber,
    began: number,
  ): Promise<string | null> {
    const transport = transportFor(profile, result.hop, new URL(resource.url))
    const asked = this.#faults.onWay(result, resource, transport, began)
    const mayTakeLong = isFailure(result.outcome) || transport.proxy !== null
    if (mayTakeLong && !(await withTimeout(asked, MAX_UPLINK_MS))) return null
    return asked
  }
}

function judgementOf({ success, reason, detail }: ProbeReport): Judgement {
  return { verdict: success ? 'up' : 'down', reason: success ? 'ok' : (reason ?? 'protocol'), detail }
}

function probeResult(resource: Resource, report: ProbeReport, answer: HttpResponse | null): ProbeResult {
  return {
    method: 'GET',
    hop: new URL(resource.url),
    redirects: report.http?.redirects ?? 0,
    fallback: null,
    address: report.address,
    breaksRules: null,
    tls: null,
    outcome: report.failure ?? answer ?? (report.success ? PASSED : failure('protocol', report.detail)),
    check: null,
  }
}
