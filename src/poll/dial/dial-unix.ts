import net from 'node:net'
import type { Attempt } from '../attempt/attempt.ts'
import { classify } from '../attempt/classify.ts'
import { explainedFailure, failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { ReadBuffer } from '../attempt/read-buffer.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { TcpConnection } from './dial-race.ts'

/** Connects to a Unix socket, as the step 'connect' of `attempt`. Its address is ''. Reasons of a Failure: refused, timeout, local. */
export function dialUnix(
  attempt: Attempt,
  path: string,
  rawReads: boolean,
): Promise<TcpConnection | Failure> {
  return attempt.step<TcpConnection>('connect', (done) => {
    const readBuffer = rawReads ? new ReadBuffer() : null
    const socket = net.connect({ path, ...(readBuffer === null ? {} : { onread: readBuffer.onread }) })
    socket.pause()
    const failed = (error: Error) => done(unixFailure(error, path))
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.removeListener('error', failed)
      done({ socket, address: '', readBuffer })
    })
    return () => socket.destroy()
  })
}

function unixFailure(error: Error & { code?: string }, path: string): Failure {
  switch (error.code) {
    case 'ECONNREFUSED':
      return failure('refused', `${REASON_FACTS.refused.text} ${path}`)
    case 'ENOENT':
    case 'ENOTDIR':
      return failure('refused', `there is no socket ${path}`)
    case 'ENOTSOCK':
    case 'EPROTOTYPE':
      return failure('refused', `not a socket for connections: ${path}`)
    // The queue of the server is full.
    case 'EAGAIN':
      return failure('refused', `the server accepts no connection on ${path}`)
    case 'EACCES':
    case 'EPERM':
      return explainedFailure('local-firewall', `no permission to connect to ${path}`)
    default:
      return classify(error)
  }
}
