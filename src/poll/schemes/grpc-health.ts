// The messages of the standard health service, grpc.health.v1.Health, and how gRPC frames them. Two fields are all of it, which is
// less code than a library of protocol buffers needs to be asked for them.

/** The path of the method. */
export const CHECK_PATH = '/grpc.health.v1.Health/Check'

/** The largest answer, in bytes. A right one takes seven. */
export const MAX_MESSAGE = 1_024

/** Bytes before a message: whether it is compressed, and its length. */
const PREFIX = 5

/** Tag of field 1 of a request, a string. */
const SERVICE_TAG = 0x0a

const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const

/** The names of statuses of gRPC, by their numbers. */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

/** The name of a status of gRPC, such as `NOT_FOUND`; null if it is none. */
export function codeName(code: string): string | null {
  return /^\d{1,2}$/.test(code) ? (CODES[Number(code)] ?? null) : null
}

/** A request for the health of a service; '' is that of the whole server. */
export function checkRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? name : Buffer.from([SERVICE_TAG, ...varint(name.length), ...name])
  const prefix = Buffer.alloc(PREFIX)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** The health in the body of an answer, such as `SERVING`, or why it is none. */
export function readHealth(body: Buffer): { readonly health: string } | { readonly why: string } {
  if (body.length < PREFIX) return { why: 'the answer has no message' }
  if (body[0] !== 0) return { why: 'the message is compressed, which was not asked for' }
  const message = body.subarray(PREFIX)
  if (body.readUInt32BE(1) !== message.length) return { why: 'the message is not as long as it says' }
  const status = firstField(message)
  if (status === null) return { why: 'the message is not one of the health service' }
  return { health: STATUSES[status] ?? `status ${status}` }
}

function varint(number: number): number[] {
  return number < 128 ? [number] : [(number & 127) | 128, ...varint(number >> 7)]
}

/** Field 1, a number, of a message that may have fields of later versions too; 0 if it is absent; null if it is malformed. */
function firstField(message: Buffer): number | null {
  let at = 0
  let found = 0
  const number = (): number | null => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++]
      if (byte === undefined) return null
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    return null
  }
  while (at < message.length) {
    const tag = number()
    if (tag === null || tag < 8) return null
    const kind = tag % 8
    const value = kind === 0 || kind === 2 ? number() : 0
    if (value === null || (kind !== 0 && kind !== 1 && kind !== 2 && kind !== 5)) return null
    if (kind !== 0) at += kind === 2 ? value : kind === 1 ? 8 : 4
    if (tag === 8) found = value
  }
  return at > message.length ? null : found
}
