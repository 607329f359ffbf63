import type { Reason } from '../../state/reasons.ts'
import type { Failure } from '../../poll/attempt/failure.ts'

// What a probe has found. A prober fills it in while it runs; its metrics are made from it.

/** The report of one probe. */
export interface ProbeReport {
  success: boolean
  /** Why it failed: `dns` for a target that names nothing that can be asked. Null: it has not ended. */
  reason: Reason | null
  /** More about the reason, for people. It may contain text of the server: escape it before printing. */
  detail: string
  /** What ended the attempt before there was an answer, or in the middle of one; null for nothing. */
  failure: Failure | null
  /** How long the name of the target was looked up, in ms; null if it was not. */
  lookupMs: number | null
  /** The address of the target; '' if it has none. */
  address: string
  /** Null without TLS. */
  tls: TlsReport | null
  http: HttpReport | null
  tcp: TcpReport | null
  dns: DnsReport | null
}

/** The TLS connection of an answer. Times are in s since the epoch. */
export interface TlsReport {
  /** As in `TLS 1.3`. */
  readonly version: string
  /** As in the registry of IANA. */
  readonly cipher: string
  /** When the first of the certificates expires that the server sent. */
  readonly earliestExpiry: number
  /** When the first certificate of the verified chain expires; null if none was verified. */
  readonly chainExpiry: number | null
  readonly sha256: string
  readonly subject: string
  readonly issuer: string
  /** The DNS names of the certificate, separated by commas. */
  readonly names: string
  readonly serial: string
}

/** The phases of requests, which are summed over redirects. */
export interface HttpPhases {
  /** Null: no name was looked up. */
  resolve: number | null
  connect: number
  tls: number
  processing: number
  transfer: number
}

/** What the prober http has found besides. */
export interface HttpReport {
  /** In ms. */
  readonly phases: HttpPhases
  /** How far it came: no phase has begun, only that of the look-up, or all can have a time. */
  reached: 'nothing' | 'resolve' | 'request'
  /** 0 without an answer. */
  status: number
  /** Such as 1.1; 0 without an answer. */
  version: number
  /** As the head of the answer says, -1 if it does not; 0 without an answer. */
  contentLength: number
  /** How much of the body was read, in decoded bytes. */
  bodyBytes: number
  redirects: number
  /** In s since the epoch; null if the answer does not say. */
  lastModified: number | null
  failedDueToRegex: 0 | 1
}

/** What the prober tcp has found besides. */
export interface TcpReport {
  failedDueToRegex: 0 | 1
  /** What an expression with labels has matched. */
  expectInfo: { readonly names: readonly string[]; readonly values: readonly string[] } | null
}

/** What the prober dns has found besides. Times in ms. */
export interface DnsReport {
  resolveMs: number
  connectMs: number
  requestMs: number
  answers: number
  authorities: number
  additionals: number
  succeeded: 0 | 1
  /** The serial number of an SOA record; null if none was asked for. */
  serial: number | null
}

/** The report of a probe that has not begun. */
export function emptyReport(): ProbeReport {
  return {
    success: false,
    reason: null,
    detail: '',
    failure: null,
    lookupMs: null,
    address: '',
    tls: null,
    http: null,
    tcp: null,
    dns: null,
  }
}

/** Ends a probe whose target names nothing that can be asked. No attempt was made, so there is no failure of one. */
export function refuseTarget(report: ProbeReport, why: string): void {
  report.reason = 'dns'
  report.detail = why
}

/** Ends a probe with a failure. */
export function fail(report: ProbeReport, failure: Failure): void {
  report.success = false
  report.failure = failure
  report.reason = failure.reason
  report.detail = failure.detail
}
