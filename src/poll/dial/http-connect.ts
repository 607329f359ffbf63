import type { Socket } from 'node:net'
import type { Proxy } from '../../settings/proxy.ts'
import { basicAuthorization } from '../../settings/basic-authorization.ts'
import type { Attempt } from '../attempt/attempt.ts'
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

function readHead(received: Buffer): number | Failure | null {
  const text = received.toString('latin1')
  const [, status, phrase = ''] = /^HTTP\/1\.\d (\d{3})(?: ([^\r\n]*))?\r?\n/.exec(text) ?? []
  if (status === undefined)
    return text.includes('\n') || text.length > 4_096 ? failure('proxy', 'the answer is not HTTP') : null
  const [end] = /\r?\n\r?\n/.exec(text) ?? []
  if (status.startsWith('1')) return null
  if (status.startsWith('2')) return end === undefined ? null : text.indexOf(end) + end.length
  return refusal(Number(status), phrase.slice(0, 100))
}

/** What an HTTP proxy says of the target with 5xx, except that it can't do this at all; else it says something about itself. */
function refusal(status: number, phrase: string): Failure {
  const answer = `the proxy answered ${status} ${phrase}`.trimEnd()
  return status >= 500 && status !== 501 && status !== 505 && status !== 511
    ? failure('unreachable', answer)
    : failure('proxy', answer)
}
