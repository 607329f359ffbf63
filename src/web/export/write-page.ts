import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A file beside a page; its name is a path below it. */
export interface ExportedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Writes `DIR/NAME/index.html` and the files that it loads. Each is replaced as a whole, the page last: a server that serves the
 * directory never has a half. Rejects as `writeFile` does.
 */
export async function writePage(
  directory: string,
  name: string,
  html: Uint8Array,
  files: readonly ExportedFile[],
): Promise<void> {
  const folder = join(directory, name)
  await mkdir(join(folder, 'assets'), { recursive: true })
  for (const file of [...files, { name: 'index.html', bytes: html }]) {
    const path = join(folder, file.name)
    try {
      await writeFile(`${path}.new`, file.bytes)
      await rename(`${path}.new`, path)
    } catch (error) {
      await rm(`${path}.new`, { force: true })
      throw error
    }
  }
}
