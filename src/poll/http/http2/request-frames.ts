import { FLAG, frame, MAX_PAYLOAD, PREFACE, SETTING, TYPE, uint32 } from './frames.ts'
import { MAX_FIELD_BYTES } from './header-block-reader.ts'

/** The first bytes that a client sends on a connection: the preface and its settings. */
export const CONNECTION_START = Buffer.concat([
  PREFACE,
  frame(
    TYPE.settings,
    0,
    0,
    Buffer.concat([
      Buffer.of(0, SETTING.enablePush, 0, 0, 0, 0),
      Buffer.of(0, SETTING.maxHeaderListSize),
      uint32(MAX_FIELD_BYTES),
    ]),
  ),
])

/**
 * The frames of the header fields of a request on a new stream. `block`: the encoded fields, in as many frames as they need.
 * `endStream`: no body follows.
 */
export function requestFrames(stream: number, block: Buffer, endStream: boolean): Buffer[] {
  const frames: Buffer[] = []
  for (let from = 0; from === 0 || from < block.length; from += MAX_PAYLOAD) {
    const end = from + MAX_PAYLOAD >= block.length ? FLAG.endHeaders : 0
    const [type, flags] =
      from === 0 ? [TYPE.headers, end | (endStream ? FLAG.endStream : 0)] : [TYPE.continuation, end]
    frames.push(frame(type, flags, stream, block.subarray(from, from + MAX_PAYLOAD)))
  }
  return frames
}
