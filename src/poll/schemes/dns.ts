import { parseDnsQuestion, RECORD_TYPES } from '../../settings/dns-url.ts'
import type { DnsQuestion } from '../../settings/dns-url.ts'
import { makePattern } from '../../settings/pattern.ts'
import type { Pattern } from '../../settings/pattern.ts'
import { portOf } from '../../settings/schemes.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { excerpt } from '../checks/excerpt.ts'
import { encodeQuery } from '../dns/query.ts'
import type { HttpResponse } from '../http/exchange.ts'
import { PASSED } from '../verdict/probe-result.ts'
import type { ProbeResult } from '../verdict/probe-result.ts'
import { askTcp, UdpQuery } from './ask-dns.ts'
import type { UdpAnswer } from './ask-dns.ts'
import { readMessage } from './dns-message.ts'
import type { DnsMessage, DnsRecord } from './dns-message.ts'
import type { SchemePoll, SchemeProber } from './scheme-prober.ts'

/** A question whose patterns are compiled. */
interface PreparedQuestion extends Pick<DnsQuestion, 'type' | 'rcode'> {
  readonly query: Buffer
  readonly expect: readonly Pattern[]
  readonly authority: readonly Pattern[]
}

/** `dns://server/name?type=A`: asks the server over UDP, and over TCP if the answer does not fit. */
export const probeDns: SchemeProber = async (poll) => {
  const { result, options } = poll
  const own = questionOf(result.hop)
  const expected = options.talk.filter(([action]) => action === 'expect')
  const question =
    expected.length === 0
      ? own
      : { ...own, expect: [...own.expect, ...expected.map(([, text]) => makePattern(text))] }
  const message = await ask(poll, question.query)
  return isFailure(message) ? message : check(message, question, result)
}

async function ask(
  { attempt, result, transport, fresh }: SchemePoll,
  query: Buffer,
): Promise<DnsMessage | Failure> {
  const { hostname } = result.hop
  const port = portOf(result.hop)
  const addresses = await transport.dialer.addresses(attempt, hostname, fresh)
  if (isFailure(addresses)) return addresses
  let sawStrange = false
  const udp = await attempt.step<UdpAnswer>('wait', (done) => {
    const asking = new UdpQuery(addresses, port, query, done)
    return () => {
      ;({ sawStrange } = asking)
      // The next attempt begins with the addresses that this one had no time for.
      if (asking.untried.length > 0) transport.dialer.prefer(hostname, asking.untried)
      asking.close()
    }
  })
  if (isFailure(udp)) {
    if (udp.reason !== 'timeout' || !sawStrange) return udp
    return failure('protocol', 'what arrived is no answer to the question')
  }
  result.address = udp.address
  if (udp.address !== addresses[0]) transport.dialer.prefer(hostname, [udp.address])
  const message = readMessage(udp.message, query)
  if (message === null) return MALFORMED
  if (!message.truncated) return message
  const tcp = await attempt.step<Buffer>('wait', (done) => askTcp(udp.address, port, query, done))
  if (isFailure(tcp)) return tcp
  const whole = readMessage(tcp, query)
  if (whole?.truncated === true) return failure('protocol', 'over TCP, the answer is truncated too')
  return whole ?? MALFORMED
}

const MALFORMED = failure('protocol', 'the answer cannot be read')

/** Another answer than the one asked for is a failed check, as for all schemes: the server has answered, so the uplink works. */
function check(message: DnsMessage, question: PreparedQuestion, result: ProbeResult): HttpResponse {
  const wrong = wrongAnswer(message, question)
  if (wrong !== null) result.check = { failure: wrong, lateMs: 0 }
  return PASSED
}

function wrongAnswer(
  { rcode, answers, authorities }: DnsMessage,
  { type, rcode: wanted, expect, authority }: PreparedQuestion,
): Failure | null {
  if (rcode !== wanted)
    return failure('dns', `the server answers ${rcode}${wanted === 'NOERROR' ? '' : `, not ${wanted}`}`)
  const isSatisfied = expect.length + authority.length > 0 || rcode !== 'NOERROR'
  if (!isSatisfied && !answers.some((record) => record.type === type))
    return failure('dns', `the server knows no ${type} record of this name`)
  const wrong = allMatch(expect, answers) ? (allMatch(authority, authorities) ? null : authorities) : answers
  if (wrong === null) return null
  const seen = wrong.length === 0 ? 'no record' : `"${excerpt(wrong.map(({ line }) => line).join(', '))}"`
  return failure('body', `${REASON_FACTS.body.text}: ${seen}`)
}

function allMatch(patterns: readonly Pattern[], records: readonly DnsRecord[]): boolean {
  return patterns.every((pattern) => records.some(({ line }) => pattern.test(line)))
}

/** The most questions that are kept prepared. */
const MAX_PREPARED = 4_096

const prepared = new Map<string, PreparedQuestion>()

function questionOf({ pathname, search }: URL): PreparedQuestion {
  const key = pathname + search
  const known = prepared.get(key)
  if (known !== undefined) return known
  const { name, type, rcode, expect, authority } = parseDnsQuestion(pathname, search)
  const query = encodeQuery(`${name}.`, RECORD_TYPES[type])
  if (query === null) throw new RangeError('a name that the DNS cannot have')
  const question = {
    query,
    type,
    rcode,
    expect: expect.map(makePattern),
    authority: authority.map(makePattern),
  }
  if (prepared.size === MAX_PREPARED) prepared.clear()
  prepared.set(key, question)
  return question
}
