import type { Socket } from 'node:net'
import type { Attempt } from '../attempt/attempt.ts'
import { classify } from '../attempt/classify.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { ignore } from './ignore.ts'

/** The most bytes that a proxy can answer with. */
const MAX_BYTES = 16_384

/** Reads the start of what was received: how many bytes the answer has, a Failure, or null if more has to come. */
export type ReadAnswer = (received: Buffer) => number | Failure | null

/**
 * Sends bytes on a paused socket and reads one answer, as the step 'connect' of `attempt`. What follows the answer stays in the
 * socket, which is paused again. Resolves with the answer. On a Failure the socket is destroyed.
 */
export function negotiate(
  attempt: Attempt,
  socket: Socket,
  bytes: Buffer,
  readAnswer: ReadAnswer,
): Promise<Buffer | Failure> {
  return attempt.step<Buffer>('connect', (done) => {
    let received = Buffer.alloc(0)
    const end = (result: Buffer | Failure) => {
      socket.off('data', take).off('error', fail).off('close', close)
      socket.pause()
      if (!Buffer.isBuffer(result)) socket.on('error', ignore).destroy()
      done(result)
    }
    const take = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const read = readAnswer(received)
      if (read === null && received.length > MAX_BYTES) end(failure('proxy', 'the answer is too long'))
      else if (typeof read === 'number') {
        const rest = received.subarray(read)
        end(received.subarray(0, read))
        if (rest.length > 0) socket.unshift(rest)
      } else if (read !== null) end(read)
    }
    const fail = (error: Error) => end(failure('proxy', classify(error).detail))
    const close = () => end(failure('proxy', 'closed before an answer'))
    socket.on('data', take).on('error', fail).on('close', close)
    socket.write(bytes)
    socket.resume()
    return () => socket.off('data', take).off('error', fail).off('close', close).on('error', ignore).destroy()
  })
}
