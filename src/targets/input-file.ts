import { close, constants, createReadStream, fstat, open, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { promisify } from 'node:util'

// Opens every file that the command line or a configuration names: lists, configurations, certificates and keys.

/** Bytes read at once from a regular file. */
const CHUNK_BYTES = 256 * 1024

/** The largest list in plain text that is read, in bytes: some ten million lines. */
export const MAX_LIST_BYTES = 2 ** 30

/** The largest PEM file that is read, in bytes: some twenty times the roots of a system. */
export const MAX_PEM_BYTES = 4 * 2 ** 20

/** Without O_NONBLOCK, open(2) of a FIFO that nobody writes to blocks a thread of libuv, and the process could not end. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * The bytes of a regular file or a FIFO. A FIFO is read from its first writer to the end of its last one. Throws on anything else,
 * which could block or have no end, and on more than `maxBytes`. `pipes`: false refuses a FIFO, whose writer may never come.
 */
export async function* inputBytes(path: string, maxBytes: number, allowPipes = true): AsyncGenerator<Buffer> {
  // Before it is opened: opening a device can do something.
  checkFileType(await stat(path), allowPipes)
  const descriptor = await promisify(open)(path, OPEN_FLAGS)
  let stream: Socket | ReturnType<typeof createReadStream>
  try {
    const stats = await promisify(fstat)(descriptor)
    checkFileType(stats, allowPipes)
    stream = stats.isFIFO()
      ? new Socket({ fd: descriptor, readable: true, writable: false })
      : createReadStream(path, { fd: descriptor, highWaterMark: CHUNK_BYTES })
  } catch (error) {
    await promisify(close)(descriptor)
    throw error
  }
  yield* limitBytes(maxBytes, stream)
}

/** Whether a file can be read only once. One that is not there is none. */
export function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO()
  } catch {
    return false // Reading it fails in the same way, and says why.
  }
}

/** All of a UTF-8 file; bytes that are not UTF-8 become U+FFFD. Rejects as `inputBytes` throws. */
export async function inputText(path: string, maxBytes: number, allowPipes = true): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of inputBytes(path, maxBytes, allowPipes)) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

/** The chunks, `maxBytes` of them at most: throws on more. */
export async function* limitBytes(maxBytes: number, chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let seen = 0
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    seen += chunk.length
    if (seen > maxBytes) throw new Error(`it is larger than ${sizeText(maxBytes)}`)
    yield chunk
  }
}

function sizeText(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`
}

function checkFileType(stats: Stats, allowPipes: boolean): void {
  if (stats.isFile() || (stats.isFIFO() && allowPipes)) return
  if (stats.isFIFO()) throw new Error('it has become a pipe, which needs a restart')
  const kind = stats.isDirectory()
    ? 'a directory'
    : stats.isSocket()
      ? 'a socket'
      : stats.isCharacterDevice() || stats.isBlockDevice()
        ? 'a device'
        : 'something else'
  throw new Error(`it is ${kind}: only regular files and pipes are read`)
}
