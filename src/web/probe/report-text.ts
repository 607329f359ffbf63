import { REASONS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import { goFloat } from './go-float.ts'
import { ipHash } from './ip-hash.ts'
import { PROBE_HEADS as HEAD, PROBE_METRICS } from './probe-metrics.ts'
import { emptyReport } from './report.ts'
import type { DnsReport, HttpReport, ProbeReport, TlsReport } from './report.ts'

/** What the metrics of a probe say besides its report. */
export interface ProbeFacts {
  readonly durationMs: number
  /** headcount or this machine is at fault. */
  readonly isLocalFault: boolean
}

/** The metrics of a probe that could not be made, which says nothing of its target. */
export function unmadeText(): string {
  return reportText({ ...emptyReport(), reason: 'local' }, { durationMs: 0, isLocalFault: true })
}

/** The metrics of a probe in the text format, byte for byte as the exporter writes them, and headcount's own after them. */
export function reportText(report: ProbeReport, { durationMs, isLocalFault }: ProbeFacts): string {
  const { http, tcp, dns, tls, lookupMs, success, reason } = report
  const regex = http ?? tcp
  return [
    dns === null ? '' : dnsCounts(dns),
    lookupMs === null ? '' : line(HEAD.lookup, seconds(lookupMs)),
    dns === null ? '' : dnsResult(dns),
    line(HEAD.duration, seconds(durationMs)),
    tcp === null || tcp.expectInfo === null ? '' : expectInfo(tcp.expectInfo),
    regex === null ? '' : line(HEAD.failedDueToRegex, regex.failedDueToRegex),
    http === null ? '' : httpLines(http, tls !== null),
    lookupMs === null ? '' : addressLines(report.address),
    tls === null ? '' : certificateLines(tls),
    line(HEAD.success, success ? 1 : 0),
    tls === null ? '' : tlsLines(tls, http !== null),
    reasonLines(success ? null : reason),
    line(HEAD.localFault, isLocalFault ? 1 : 0),
  ].join('')
}

function httpLines(http: HttpReport, isTls: boolean): string {
  return [
    line(HEAD.contentLength, http.contentLength),
    http.reached === 'nothing' ? '' : phaseLines(http),
    http.lastModified === null ? '' : line(HEAD.lastModified, http.lastModified),
    line(HEAD.redirects, http.redirects),
    line(HEAD.ssl, isTls ? 1 : 0),
    line(HEAD.status, http.status),
    line(HEAD.bodyLength, http.bodyBytes),
    line(HEAD.httpVersion, http.version),
  ].join('')
}

function phaseLines({ phases, reached }: HttpReport): string {
  const { connect, tls, processing, transfer } = phases
  const resolve = phases.resolve === null ? {} : { resolve: phases.resolve }
  const times = reached === 'resolve' ? resolve : { connect, processing, ...resolve, tls, transfer }
  return HEAD.httpDuration + phaseSamples(PROBE_METRICS.httpDuration[0], times)
}

/** The samples of phases, in the order given. The name of the first one stands before them already. */
function phaseSamples(name: string, timesMs: Readonly<Record<string, number>>): string {
  return Object.entries(timesMs)
    .map(([phase, ms]) => `{phase="${phase}"} ${goFloat(seconds(ms))}\n`)
    .join(name)
}

function dnsCounts({ additionals, answers, authorities, ...times }: DnsReport): string {
  const { connectMs: connect, requestMs: request, resolveMs: resolve } = times
  const counts = [
    line(HEAD.additionals, additionals),
    line(HEAD.answers, answers),
    line(HEAD.authorities, authorities),
  ].join('')
  return counts + HEAD.dnsDuration + phaseSamples(PROBE_METRICS.dnsDuration[0], { connect, request, resolve })
}

function dnsResult({ succeeded, serial }: DnsReport): string {
  return line(HEAD.querySucceeded, succeeded) + (serial === null ? '' : line(HEAD.serial, serial))
}

function addressLines(address: string): string {
  const family = address === '' ? 0 : address.includes(':') ? 6 : 4
  return line(HEAD.addressHash, address === '' ? 0 : ipHash(address)) + line(HEAD.protocol, family)
}

/** The time before all others in Go, which stands for no chain, in s. */
const NO_CHAIN = -62_135_596_800

function certificateLines(tls: TlsReport): string {
  const { sha256, issuer, serial, subject, names } = tls
  const labels = [
    label('fingerprint_sha256', sha256),
    label('issuer', issuer),
    label('serialnumber', serial),
    label('subject', subject),
    label('subjectalternative', names),
  ].join(',')
  return [
    line(HEAD.earliestExpiry, tls.earliestExpiry),
    line(HEAD.chainExpiry, tls.chainExpiry ?? NO_CHAIN),
    `${HEAD.chainInfo}{${labels}} 1\n`,
  ].join('')
}

/** The prober tcp does not tell the cipher. */
function tlsLines({ cipher, version }: TlsReport, withCipher: boolean): string {
  const ciphers = withCipher ? `${HEAD.cipher}{${label('cipher', cipher)}} 1\n` : ''
  return `${ciphers}${HEAD.tlsVersion}{${label('version', version)}} 1\n`
}

function expectInfo({
  names,
  values,
}: {
  readonly names: readonly string[]
  readonly values: readonly string[]
}): string {
  const pairs = names.map((name, at) => [name, values[at] ?? ''] as const)
  const labels = pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => label(name, value))
  return `${HEAD.expectInfo}{${labels.join(',')}} 1\n`
}

/** Every probe has all reasons, so that none of its series comes and goes. */
const REASON_LINES = new Map<Reason | null, string>()

function reasonLines(reason: Reason | null): string {
  let text = REASON_LINES.get(reason)
  if (text === undefined) {
    const [name] = PROBE_METRICS.reason
    const samples = REASONS.filter((one) => one !== 'ok').map(
      (one) => `{reason="${one}"} ${one === reason ? 1 : 0}\n`,
    )
    text = HEAD.reason + samples.join(name)
    REASON_LINES.set(reason, text)
  }
  return text
}

/** In whole nanoseconds: a clock tells no more. */
function seconds(ms: number): number {
  return Math.round(ms * 1e6) / 1e9
}

function line(head: string, value: number): string {
  return `${head} ${goFloat(value)}\n`
}

function label(name: string, value: string): string {
  return `${name}="${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`
}
