import { createHash, randomBytes } from 'node:crypto'
import type { Attempt } from '../attempt/attempt.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { excerpt } from '../checks/excerpt.ts'
import { parseHead } from '../http/parse-head.ts'
import type { Head } from '../http/parse-head.ts'
import { headersOf } from '../http/request-headers.ts'
import { requestFor } from '../http/request.ts'
import { serializeRequest } from '../http/serialize-request.ts'
import { Conversation, quoteAnswer } from './conversation.ts'
import type { SchemePoll, SchemeProber } from './scheme-prober.ts'
import { talk } from './talk.ts'
import type { Wire } from './talk.ts'
import { connect } from './tcp.ts'
import { closeFrame, readFrames, takePings, textFrame } from './websocket-frames.ts'

/** RFC 6455, section 1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** The status by which a server goes over to another protocol. */
const SWITCHING = 101

/** `ws://host/path` and `wss://host/path`: asks for the upgrade to WebSocket, and sends and expects messages. */
export const probeWebSocket: SchemeProber = async (poll) => {
  const { attempt, result, transport } = poll
  const tcp = await connect(poll)
  if (isFailure(tcp)) return tcp
  const isSecure = result.hop.protocol === 'wss:'
  const socket = isSecure
    ? await transport.tls.secure(attempt, tcp.socket, result.hop, result, 'http/1.1')
    : tcp.socket
  if (isFailure(socket)) return socket
  const conversation = new Conversation(socket, poll.options.talk)
  const refused = await upgrade(poll, conversation)
  if (refused !== null) {
    socket.destroy()
    return refused
  }
  return talk(poll, conversation, MESSAGES)
}

/** Asks for the upgrade. Leaves in the conversation what comes after the head of the answer. */
async function upgrade(
  { attempt, result, options }: SchemePoll,
  conversation: Conversation,
): Promise<Failure | null> {
  const { hop } = result
  const request = requestFor('GET', hop, hop, headersOf(options))
  const key = randomBytes(16).toString('base64')
  const own = ['upgrade', 'websocket', 'sec-websocket-version', '13', 'sec-websocket-key', key]
  const text = serializeRequest({ ...request, headers: [...request.headers, ...own] }, hop.host, true)
  if (isFailure(text)) return text
  conversation.send(Buffer.from(text.replace('connection: keep-alive', 'connection: Upgrade'), 'latin1'))
  const head = await finalHead(attempt, conversation)
  if (isFailure(head)) return head
  const { status, phrase, fields } = head
  if (status !== SWITCHING)
    return failure('protocol', `no WebSocket: the server answers ${status} ${excerpt(phrase)}`.trimEnd())
  const value = (name: string) => fields?.find(([one]) => one === name)?.[1] ?? ''
  const accepted = createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64')
  if (value('upgrade').toLowerCase() !== 'websocket' || value('sec-websocket-accept') !== accepted)
    return failure('protocol', 'no WebSocket: the server did not accept the key of this request')
  return null
}

/** The head of the answer, without the informational ones before it (RFC 9110, section 15.2). */
async function finalHead(attempt: Attempt, conversation: Conversation): Promise<Head | Failure> {
  for (;;) {
    const read = await conversation.receive(attempt, readHead)
    if (isFailure(read)) return read
    conversation.consume(read.bytes)
    if (read.head.status >= 200 || read.head.status === SWITCHING) return read.head
  }
}

/** The head of the answer when it is whole, or why it is none. */
function readHead(received: Buffer): { readonly head: Head; readonly bytes: number } | Failure | null {
  const text = received.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const start = /^HTTP\/1\.[01] [1-9]\d\d[ \r]/
  const isHttp = end === -1 && text.length < 13 ? 'HTTP/1.'.startsWith(text.slice(0, 7)) : start.test(text)
  if (!isHttp) return failure('protocol', `no WebSocket: the server answered ${quoteAnswer(received)}`)
  if (end === -1) return null
  const head = parseHead(text.slice(0, end + 2), false, true)
  return isFailure(head) ? head : { head, bytes: end + 4 }
}

/** Texts as messages of WebSocket. */
const MESSAGES: Wire = {
  encode: textFrame,
  takePings,
  decode: readFrames,
  end: closeFrame,
}
