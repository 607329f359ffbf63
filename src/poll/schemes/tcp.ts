import { portOf } from '../../settings/schemes.ts'
import { isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { TcpConnection } from '../dial/dialer.ts'
import { PASSED } from '../verdict/probe-result.ts'
import { Conversation } from './conversation.ts'
import { talk } from './talk.ts'
import type { SchemePoll, SchemeProber } from './scheme-prober.ts'

/** `tcp://host:port`: connects, and talks if its settings say so. */
export const probeTcp: SchemeProber = async (poll) => {
  const connection = await connect(poll)
  if (isFailure(connection)) return connection
  if (poll.options.talk.length > 0) return talk(poll, new Conversation(connection.socket, poll.options.talk))
  connection.socket.destroy()
  return PASSED
}

/** Connects to the host and port of the URL, and puts the address into the result. */
export async function connect({
  attempt,
  result,
  transport,
  fresh,
}: SchemePoll): Promise<TcpConnection | Failure> {
  const { hostname } = result.hop
  const tcp = await transport.dialer.dial(attempt, hostname, portOf(result.hop), { retryFailed: fresh })
  if (!isFailure(tcp)) result.address = tcp.address
  return tcp
}
