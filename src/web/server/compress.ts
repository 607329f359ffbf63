import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

const gzipAsync = promisify(gzip)

/** What is answered repeats much, so that little effort is enough. */
const OPTIONS = { level: constants.Z_BEST_SPEED }

/** Compresses by gzip, outside of the event loop. */
export function compress(body: Uint8Array): Promise<Buffer<ArrayBuffer>> {
  return gzipAsync(body, OPTIONS)
}
