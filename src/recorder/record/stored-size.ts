import { statSync } from 'node:fs'

/** What a history takes on the disk, in bytes: its file and the log that SQLite keeps beside it. */
export function storedSize(file: string): number {
  const sizes = [file, `${file}-wal`].map((name) => statSync(name, { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}
