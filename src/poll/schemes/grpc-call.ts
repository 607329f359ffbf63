import type { Socket } from 'node:net'
import type { Attempt } from '../attempt/attempt.ts'
import { classify } from '../attempt/classify.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { connectionClosed, streamReset } from '../http/http2/ended-by-server.ts'
import type { Field } from '../http/http2/hpack.ts'
import { Http2Connection } from '../http/http2/http2-connection.ts'
import { responseHead } from '../http/http2/response-head.ts'
import type { StreamHooks } from '../http/http2/stream-hooks.ts'
import { CLOSED, NOT_HTTP2 } from '../http/response-failures.ts'

const NOT_GRPC = failure('protocol', 'not gRPC: the server does not speak HTTP/2')

/** An answer over gRPC, whatever it says. */
export interface GrpcAnswer {
  readonly status: number
  /** Header fields and trailers. Of two with the same name, the later one. */
  readonly fields: ReadonlyMap<string, string>
  /** Of the body, its first `most` bytes and one. */
  readonly body: Buffer
}

/** Sends one request on a connection that it owns from here on, as the step 'wait', and reads the whole answer. */
export async function call(
  attempt: Attempt,
  socket: Socket,
  block: Buffer,
  message: Buffer,
  most: number,
): Promise<GrpcAnswer | Failure> {
  const answer = await attempt.step<GrpcAnswer>('wait', (done) => {
    const connection = new Http2Connection(socket, new CallHooks(done, most))
    socket.on('error', (error) => done(classify(error)))
    socket.on('close', () => done(CLOSED))
    connection.startRequest()
    connection.open(block, message)
    socket.resume()
    return () => {}
  })
  socket.destroy()
  return answer
}

/** Collects the answer. `done` may be called more than once: the first call counts. */
class CallHooks implements StreamHooks {
  readonly #done: (answer: GrpcAnswer | Failure) => void
  readonly #most: number
  readonly #fields = new Map<string, string>()
  #status = 0
  #body: Buffer = Buffer.alloc(0)

  constructor(done: (answer: GrpcAnswer | Failure) => void, most: number) {
    this.#done = done
    this.#most = most
  }

  onFields(fields: readonly Field[], ended: boolean): void {
    if (this.#status < 200) {
      const head = responseHead(fields)
      if (typeof head === 'string') return this.onFailure(failure('protocol', head))
      this.#status = head.status
    }
    for (const [name, value] of fields) this.#fields.set(name, value)
    if (ended) this.#end()
  }

  onData(bytes: Buffer, ended: boolean): boolean {
    const room = this.#most + 1 - this.#body.length
    if (room > 0) this.#body = Buffer.concat([this.#body, bytes.subarray(0, room)])
    // Of an answer that is too long, the rest is not waited for.
    if (ended || this.#body.length > this.#most) this.#end()
    return true
  }

  onReset(error: number): void {
    this.#done(streamReset(error))
  }

  onGoAway(error: number, accepted: boolean): void {
    if (!accepted) this.#done(connectionClosed(error))
  }

  onMaxStreams(): void {}

  onFailure(why: Failure): void {
    this.#done(why === NOT_HTTP2 ? NOT_GRPC : why)
  }

  #end(): void {
    this.#done({ status: this.#status, fields: this.#fields, body: this.#body })
  }
}
