import { close, constants, createReadStream, fstat, open, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { promisify } from 'node:util'
import { withNearestFile } from './nearest-file.ts'

// Every file that the command line or a configuration names is opened here: lists, configurations, certificates and keys.

/** Chunk size when reading a regular file, in bytes. */
const CHUNK_BYTES = 256 * 1024

/** The largest list in plain text, in bytes: some ten million lines. */
export const MAX_LIST_BYTES = 2 ** 30

/** The largest PEM file, in bytes: some twenty times the root certificates of a system. */
export const MAX_PEM_BYTES = 4 * 2 ** 20

/** Without O_NONBLOCK, opening a FIFO that nobody writes to blocks a thread of libuv, and the process can't exit. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/** Whether a FIFO may be read: not where its writer may never come, at a later reading or at any. */
export type Pipes = 'read' | 'read at the start' | 'refused'

/**
 * The bytes of a regular file or a FIFO. A FIFO is read until its last writer closes it. Throws on any other kind of file, which
 * could block or never end, on more than `maxBytes`, and an AbortError when `stop` aborts.
 */
export async function* inputBytes(
  path: string,
  maxBytes: number,
  pipes: Pipes = 'read',
  stop: AbortSignal | null = null,
): AsyncGenerator<Buffer> {
  // Checked before it is opened: opening a device can have an effect.
  const found = await stat(path).catch(async (error: unknown) => {
    throw await withNearestFile(path, error)
  })
  checkFileType(found, pipes)
  const descriptor = await promisify(open)(path, OPEN_FLAGS)
  let stream: Socket | ReturnType<typeof createReadStream>
  try {
    const stats = await promisify(fstat)(descriptor)
    checkFileType(stats, pipes)
    stream = stats.isFIFO()
      ? new Socket({ fd: descriptor, readable: true, writable: false })
      : createReadStream(path, { fd: descriptor, highWaterMark: CHUNK_BYTES })
  } catch (error) {
    await promisify(close)(descriptor)
    throw error
  }
  yield* limitBytes(maxBytes, stop === null ? stream : addAbortSignal(stop, stream))
}

/** Whether a file is a FIFO, which can be read only once; false if it does not exist. */
export function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO()
  } catch {
    return false // Reading the file fails for the same reason, and reports it.
  }
}

/** The text of a UTF-8 file; invalid bytes become U+FFFD. Rejects with the errors of `inputBytes`. */
export async function inputText(path: string, maxBytes: number, pipes: Pipes = 'read'): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of inputBytes(path, maxBytes, pipes)) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

/** Passes the chunks on; throws after more than `maxBytes` bytes. */
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

function checkFileType(stats: Stats, pipes: Pipes): void {
  if (stats.isFile() || (stats.isFIFO() && pipes === 'read')) return
  if (stats.isFIFO())
    throw new Error(
      pipes === 'refused'
        ? 'it is a pipe; here only regular files can be read'
        : 'it has become a pipe; restart to read it',
    )
  const kind = stats.isDirectory()
    ? 'a directory'
    : stats.isSocket()
      ? 'a socket'
      : stats.isCharacterDevice() || stats.isBlockDevice()
        ? 'a device'
        : 'something else'
  throw new Error(`it is ${kind}; only regular files and pipes can be read`)
}
