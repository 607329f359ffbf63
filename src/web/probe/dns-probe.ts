import { RESPONSE_CODES } from '../../settings/dns-names.ts'
import type { DnsProbeRules } from '../../settings/probe-module.ts'
import { failure, isFailure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'
import { hostPort } from '../../poll/attempt/host-port.ts'
import type { PemTexts } from '../../poll/dial/tls.ts'
import type { RequestValues } from '../../poll/http/request-values.ts'
import { chooseAddress } from './choose-address.ts'
import { askByTcp, askByUdp, queryOf } from './dns-exchange.ts'
import { readAnswer } from './dns-records.ts'
import type { DnsAnswer } from './dns-records.ts'
import { splitTarget } from './host-target.ts'
import type { HostTarget } from './host-target.ts'
import type { ProbeContext } from './probe-context.ts'
import { compileTls, secureProbe } from './probe-tls.ts'
import type { CompiledTls } from './probe-tls.ts'
import { compileRecords } from './record-rules.ts'
import type { JudgeRecords } from './record-rules.ts'
import { fail, refuseTarget } from './report.ts'
import type { DnsReport } from './report.ts'

const SOA = 6
const RCODE_NAMES = new Map([...RESPONSE_CODES].map(([name, number]) => [number, name]))

/** A module, prepared once. */
interface DnsModule {
  readonly rules: DnsProbeRules
  readonly tls: CompiledTls
  readonly sections: readonly {
    readonly name: string
    readonly of: 'answers' | 'authorities' | 'additionals'
    readonly judge: JudgeRecords
  }[]
}

/** A server that is asked. */
interface Server {
  readonly host: string
  readonly address: string
  readonly port: number
}

/** Prepares a module. Throws a RangeError for an expression that was not checked before. The function fills in the report. */
export function compileDns(
  rules: DnsProbeRules,
  values: RequestValues,
  texts: PemTexts,
): (context: ProbeContext) => Promise<void> {
  const module: DnsModule = {
    rules,
    tls: compileTls(rules.tls, values, texts),
    sections: [
      { name: 'Answer', of: 'answers', judge: compileRecords(rules.answer) },
      { name: 'Authority', of: 'authorities', judge: compileRecords(rules.authority) },
      { name: 'Additional', of: 'additionals', judge: compileRecords(rules.additional) },
    ],
  }
  return (context) => probe(context, module)
}

async function probe(context: ProbeContext, module: DnsModule): Promise<void> {
  const { report, log, now } = context
  const { rules } = module
  const dns: DnsReport = {
    resolveMs: 0,
    connectMs: 0,
    requestMs: 0,
    answers: 0,
    authorities: 0,
    additionals: 0,
    succeeded: 0,
    serial: null,
  }
  report.dns = dns
  const target = splitTarget(context.target, rules.transport)
  if (typeof target === 'string') {
    refuseTarget(report, target)
    log('error', 'Error resolving address', { err: target })
    return
  }
  const server = await serverOf(context, rules, target)
  if (isFailure(server)) {
    log('error', 'Error resolving address', { err: server.detail })
    return fail(report, server)
  }
  dns.resolveMs = report.lookupMs ?? 0
  log('info', 'Making DNS query', {
    target: hostPort(server.address, server.port),
    dial_protocol: `${rules.transport}${server.address.includes(':') ? 6 : 4}${rules.overTls ? '-tls' : ''}`,
    query: rules.queryName,
    type: rules.queryType,
    class: rules.queryClass,
  })
  const began = now()
  const answer = await ask(context, module, server, dns)
  dns.connectMs = now() - began - dns.requestMs
  if (isFailure(answer)) {
    log('error', 'Error while sending a DNS query', { err: answer.detail })
    return fail(report, answer)
  }
  log('info', 'Got response', { rcode: RCODE_NAMES.get(answer.rcode) ?? answer.rcode })
  dns.answers = answer.answers.length
  dns.authorities = answer.authorities.length
  dns.additionals = answer.additionals.length
  dns.succeeded = 1
  if (rules.queryType === SOA)
    dns.serial = answer.answers.findLast(({ serial }) => serial !== null)?.serial ?? 0
  const detail = judge(answer, module, context)
  report.success = detail === null
  report.reason = detail === null ? 'ok' : detail.reason
  report.detail = detail?.detail ?? ''
}

async function serverOf(
  context: ProbeContext,
  rules: DnsProbeRules,
  { host, port }: HostTarget,
): Promise<Server | Failure> {
  const address = await chooseAddress(context, host, rules)
  return isFailure(address) ? address : { host, address, port: port ?? (rules.overTls ? 853 : 53) }
}

async function ask(
  context: ProbeContext,
  { rules, tls }: DnsModule,
  server: Server,
  dns: DnsReport,
): Promise<DnsAnswer | Failure> {
  const { attempt, dialer, log, now } = context
  const query = queryOf(rules)
  if (rules.source !== null) log('info', 'Using local address', { srcIP: rules.source })
  const timed = async (asked: () => Promise<Buffer | Failure>) => {
    const sentAt = now()
    const message = await asked()
    dns.requestMs = now() - sentAt // Also without an answer: what it waited for was none of the connection.
    return message
  }
  let message: Buffer | Failure
  if (rules.transport === 'udp')
    message = await timed(() => askByUdp(attempt, query, { ...server, source: rules.source }))
  else {
    const tcp = await dialer.dial(attempt, server.address, server.port)
    if (isFailure(tcp)) return tcp
    const socket = rules.overTls ? await secureProbe(attempt, tcp.socket, server.host, tls, []) : tcp.socket
    if (isFailure(socket)) return socket
    message = await timed(() => askByTcp(attempt, query, socket))
  }
  if (isFailure(message)) return message
  return readAnswer(message) ?? failure('protocol', 'the answer cannot be read')
}

/** Why the answer is not what the module asks for; null: it is. */
function judge(
  answer: DnsAnswer,
  { rules, sections }: DnsModule,
  { log }: Pick<ProbeContext, 'log'>,
): Failure | null {
  const { rcode } = answer
  const name = RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`
  if (!rules.validRcodes.includes(rcode)) {
    const valid = `[${rules.validRcodes.join(' ')}]`
    log('error', 'Rcode is not one of the valid rcodes', { rcode, string_rcode: name, valid_rcodes: valid })
    return failure('dns', `the server answers ${name}`)
  }
  log('info', 'Rcode is valid', { rcode, string_rcode: name })
  for (const { name: section, of, judge: isValid } of sections) {
    log('info', `Validating ${section} RRs`)
    if (isValid(answer[of], log)) continue
    log('error', `${section} RRs validation failed`)
    return failure('body', `${section.toLowerCase()} records are not as expected`)
  }
  return null
}
