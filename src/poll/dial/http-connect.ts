import type { Socket } from 'node:net'
import type { Proxy } from '../../settings/proxy.ts'
import { basicAuthorization } from '../../settings/basic-authorization.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { cut, decodeText } from '../attempt/decode-text.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { negotiate } from './negotiate.ts'

/** Asks an HTTP proxy for a connection to `target`, `host:port`. Null: it has made one. */
export async function httpConnect(
  attempt: Attempt,
  socket: Socket,
  target: string,
  { credentials, headers = [] }: Pick<Proxy, 'credentials' | 'headers'>,
): Promise<Failure | null> {
  const authorization =
    credentials === null
      ? ''
      : `proxy-authorization: ${basicAuthorization(`${credentials.username}:${credentials.password}`)}\r\n`
  const others = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const request = `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${authorization}${others}\r\n`
  const answer = await negotiate(attempt, socket, Buffer.from(request), readHead)
  return isFailure(answer) ? answer : null
}

const STATUS_LINE = /^HTTP\/1\.\d (\d{3})(?: ([^\r\n]*))?\r?\n/

const HEAD_END = /\r?\n\r?\n/

function readHead(received: Buffer): number | Failure | null {
  let rest = received.toString('latin1')
  for (let at = 0; ;) {
    const [, status, phrase = ''] = STATUS_LINE.exec(rest) ?? []
    if (status === undefined)
      return rest.includes('\n') || rest.length > 4_096 ? failure('proxy', 'the answer is not HTTP') : null
    const end = HEAD_END.exec(rest)
    const length = end === null ? null : end.index + end[0].length
    if (status.startsWith('2')) return length === null ? null : at + length
    // Others may come before the answer (RFC 9110, section 15.2). After 101 another protocol would follow.
    const isInterim = status.startsWith('1') && status !== '101'
    if (!isInterim) return refusal(Number(status), cut(decodeText(phrase), MAX_PHRASE))
    if (length === null) return null
    at += length
    rest = rest.slice(length)
  }
}

/** The longest phrase that is shown, in UTF-16 units. */
const MAX_PHRASE = 100

/** What an HTTP proxy says of the target with 5xx, except that it can't do this at all; else it says something about itself. */
function refusal(status: number, phrase: string): Failure {
  const answer = `the proxy answered ${status} ${phrase}`.trimEnd()
  return status >= 500 && status !== 501 && status !== 505 && status !== 511
    ? failure('unreachable', answer)
    : failure('proxy', answer)
}
