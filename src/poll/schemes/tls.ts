import { isFailure } from '../attempt/failure.ts'
import { PASSED } from '../verdict/probe-result.ts'
import type { SchemeProber } from './scheme-prober.ts'
import { startTls } from './starttls.ts'
import { Conversation } from './conversation.ts'
import { talk } from './talk.ts'
import { connect } from './tcp.ts'

/** `tls://host:port`: connects, leads a dialogue up to TLS if `starttls` is set, makes the handshake, and talks. */
export const probeTls: SchemeProber = async (poll) => {
  const { attempt, result, transport, options } = poll
  const tcp = await connect(poll)
  if (isFailure(tcp)) return tcp
  const { socket } = tcp
  const begun =
    options.starttls === null ? null : await startTls(attempt, socket, options.starttls, result.hop.hostname)
  if (isFailure(begun)) {
    socket.destroy()
    return begun
  }
  const secured = await transport.tls.secure(attempt, socket, result.hop, result, 'none')
  if (isFailure(secured)) return secured
  if (options.talk.length > 0) return talk(poll, new Conversation(secured, poll.options.talk))
  secured.destroy()
  return PASSED
}
