import type { Socket } from 'node:net'
import { makeExpression } from '../../settings/pattern.ts'
import type { Expression } from '../../settings/pattern.ts'
import type { QueryResponse, TcpProbeRules } from '../../settings/probe-module.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Attempt } from '../../poll/attempt/attempt.ts'
import { classify } from '../../poll/attempt/classify.ts'
import { isFailure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'
import { closeSoon } from '../../poll/dial/close-soon.ts'
import type { PemTexts } from '../../poll/dial/tls.ts'
import type { RequestValues } from '../../poll/http/request-values.ts'
import { chooseAddress } from './choose-address.ts'
import { expand } from './expand.ts'
import { splitTarget } from './host-target.ts'
import { LineReader } from './line-reader.ts'
import type { ProbeContext } from './probe-context.ts'
import { compileTls, secureProbe } from './probe-tls.ts'
import type { CompiledTls } from './probe-tls.ts'
import { fail, refuseTarget } from './report.ts'
import { readTlsReport } from './tls-report.ts'

/** A step whose expression is compiled. */
type Step = QueryResponse & { readonly expression: Expression | null }

/** A module, prepared once. */
interface TcpModule {
  readonly rules: TcpProbeRules
  readonly tls: CompiledTls
  readonly steps: readonly Step[]
}

/** Prepares a module. Throws a RangeError for an expression that was not checked before. The function fills in the report. */
export function compileTcp(
  rules: TcpProbeRules,
  values: RequestValues,
  texts: PemTexts,
): (context: ProbeContext) => Promise<void> {
  const steps = rules.queryResponse.map((step) => ({
    ...step,
    expression: step.expect === null ? null : makeExpression(step.expect),
  }))
  const module = { rules, tls: compileTls(rules.tls, values, texts), steps }
  return (context) => probe(context, module)
}

async function probe(context: ProbeContext, module: TcpModule): Promise<void> {
  const { report, log } = context
  report.tcp = { failedDueToRegex: 0, expectInfo: null }
  const target = splitTarget(context.target)
  if (typeof target === 'string' || target.port === null) {
    refuseTarget(report, typeof target === 'string' ? target : 'the port is missing, as in host.example:25')
    log('error', 'Error splitting target address and port', { err: report.detail })
    log('error', 'Error dialing TCP', { err: report.detail })
    return
  }
  const dialed = await dial(context, module, target.host, target.port)
  if (isFailure(dialed)) {
    log('error', 'Error dialing TCP', { err: dialed.detail })
    return fail(report, dialed)
  }
  log('info', 'Successfully dialed')
  const ended = await converse(context, module, dialed)
  if (isFailure(ended)) return fail(report, ended)
  report.success = ended === 'done'
  report.reason = ended === 'done' ? 'ok' : 'body'
  report.detail = ended === 'done' ? '' : REASON_FACTS.body.text
}

/** A connection, and the name of its host for TLS. */
interface Dialed {
  readonly socket: Socket
  readonly serverName: string
}

async function dial(
  context: ProbeContext,
  { rules, tls }: TcpModule,
  host: string,
  port: number,
): Promise<Dialed | Failure> {
  const { attempt, dialer, report, log } = context
  const address = await chooseAddress(context, host, rules)
  if (isFailure(address)) {
    log('error', 'Error resolving address', { err: address.detail })
    return address
  }
  if (rules.source !== null) log('info', 'Using local address', { srcIP: rules.source })
  log('info', rules.useTls ? 'Dialing TCP with TLS' : 'Dialing TCP without TLS')
  const tcp = await dialer.dial(attempt, address, port)
  if (isFailure(tcp)) return tcp
  const serverName = context.hostname === '' ? host : context.hostname
  if (!rules.useTls) return { socket: tcp.socket, serverName }
  const socket = await secureProbe(attempt, tcp.socket, serverName, tls, [])
  if (isFailure(socket)) return socket
  report.tls = readTlsReport(socket, tls)
  return { socket, serverName }
}

/** Returns how the conversation ended: it is done, the server did not say what was expected, or a Failure. */
async function converse(
  { attempt, report, log }: ProbeContext,
  { tls, steps }: TcpModule,
  { socket: first, serverName }: Dialed,
): Promise<'done' | 'unexpected' | Failure> {
  let socket = first
  let reader = new LineReader(socket)
  try {
    for (const [number, step] of steps.entries()) {
      log('info', 'Processing query response entry', { entry_number: number })
      const sent = step.expression === null ? step.send : await expectLine(step.expression, step)
      if (sent === null) return 'unexpected'
      if (isFailure(sent)) return sent
      if (sent !== '') {
        const unsent = await write(attempt, socket, `${sent}\n`)
        if (unsent !== null) {
          log('error', 'Failed to send', { err: unsent.detail })
          return unsent
        }
      }
      if (!step.starttls) continue
      reader.release()
      const secured = await secureProbe(attempt, socket, serverName, tls, [])
      if (isFailure(secured)) {
        log('error', 'TLS Handshake (client) failed', { err: secured.detail })
        return secured
      }
      log('info', 'TLS Handshake (client) succeeded.')
      report.tls = readTlsReport(secured, tls)
      socket = secured
      reader = new LineReader(socket)
    }
    return 'done'
  } finally {
    reader.release()
    socket.on('error', () => {})
    closeSoon(socket)
  }

  /** Waits for a line that matches. Returns what to send then; null if none came. */
  async function expectLine(
    expression: Expression,
    { expect, send, labels }: Step,
  ): Promise<string | null | Failure> {
    const tcp = report.tcp as NonNullable<typeof report.tcp>
    for (;;) {
      const line = await reader.next(attempt)
      if (isFailure(line)) {
        log('error', 'Error reading from connection', { err: line.detail })
        return line
      }
      if (line === null) {
        tcp.failedDueToRegex = 1
        log('error', 'Regexp did not match', { regexp: expect, line: '' })
        return null
      }
      const match = expression.match(line)
      if (match === null) continue
      log('info', 'Regexp matched', { regexp: expect, line: withoutSecrets(line, steps) })
      tcp.failedDueToRegex = 0
      if (labels !== null)
        tcp.expectInfo = {
          names: labels.map(([name]) => name),
          values: labels.map(([, value]) => expand(value, match)),
        }
      return expand(send, match)
    }
  }
}

/** A server may repeat a password: words that were sent are hidden. */
function withoutSecrets(line: string, steps: readonly Step[]): string {
  const words = new Set(steps.flatMap(({ send }) => send.split(/\s+/)).filter((word) => word.length > 2))
  return [...words].reduce((text, word) => text.replaceAll(word, '***'), line)
}

function write(attempt: Attempt, socket: Socket, text: string): Promise<Failure | null> {
  return attempt.step<null>('wait', (done) => {
    socket.write(text, (error) => done(error == null ? null : classify(error)))
    return () => {}
  })
}
