import { failure } from '../../attempt/failure.ts'
import type { Failure } from '../../attempt/failure.ts'
import { ERROR, withErrorName } from './frames.ts'

/** The failure of a request whose stream the server has reset with this error code. */
export function streamReset(error: number): Failure {
  const reason = error === ERROR.none ? 'closed' : 'reset'
  return failure(reason, withErrorName('the server reset the stream', error))
}

/** The failure of a request that the server will not answer, since it closes the connection with this error code. */
export function connectionClosed(error: number): Failure {
  return failure('closed', withErrorName('the server closed the connection before an answer', error))
}
