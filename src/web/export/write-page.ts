import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PAGE_MARK } from '../public/page-html.ts'

/** The mark of a page is within so many bytes from its beginning. */
const MARK_WITHIN = 256

/** A file beside a page; its name is a path below it. */
export interface ExportedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Writes `DIR/NAME/index.html` and the files that it loads. Each is replaced as a whole, the page last: a server that serves the
 * directory never has a half. Rejects as `writeFile` does, and before anything is written for an `index.html` of somebody else.
 */
export async function writePage(
  directory: string,
  name: string,
  html: Uint8Array,
  files: readonly ExportedFile[],
): Promise<void> {
  const folder = join(directory, name)
  await refuseForeign(join(folder, 'index.html'), `${name}/index.html`)
  await mkdir(join(folder, 'assets'), { recursive: true })
  for (const file of [...files, { name: 'index.html', bytes: html }]) {
    const path = join(folder, file.name)
    const fresh = `${path}.headcount-new`
    try {
      await writeFile(fresh, file.bytes)
      await rename(fresh, path)
    } catch (error) {
      await rm(fresh, { force: true })
      throw error
    }
  }
}

/** An empty file loses nothing. */
async function refuseForeign(path: string, name: string): Promise<void> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (stats === null || (stats.isFile() && stats.size === 0)) return
  if (!stats.isFile()) throw new Error(`${name}: it is not a file`)
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MARK_WITHIN), 0, MARK_WITHIN, 0)
  if (!buffer.toString('latin1', 0, bytesRead).includes(String(PAGE_MARK)))
    throw new Error(`${name}: headcount has not written it: move it away, or write to another directory`)
}
