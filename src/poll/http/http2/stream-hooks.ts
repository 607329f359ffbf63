import type { Failure } from '../../attempt/failure.ts'
import type { Field } from './hpack.ts'

/** Events of the stream opened last, and of its connection. */
export interface StreamHooks {
  /** Header fields: the response head, an informational one (1xx), or trailers. */
  onFields(fields: readonly Field[], ended: boolean): void
  /** A part of the body, valid until this returns. Returns whether the body is read: then the server may send more of it. */
  onData(bytes: Buffer, ended: boolean): boolean
  /** The server reset the stream with this error code. */
  onReset(error: number): void
  /** The server accepts no new streams. `accepted`: it still processes this one. */
  onGoAway(error: number, accepted: boolean): void
  /** The server changed the number of concurrent streams that it allows. */
  onMaxStreams(streams: number): void
  /** The connection broke the protocol or a limit. The receiver closes it. */
  onFailure(why: Failure): void
}
