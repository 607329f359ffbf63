import { fstatSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'

// Files that are read, which results must not overwrite.

/** A file that is read, or standard input. */
export interface InputFile {
  /** Its name in messages: `the list urls.txt`. */
  readonly name: string
  /** Its path or its descriptor. */
  readonly file: string | number
}

/** Throws if `stats` belong to one of the inputs, whatever its name. `need`: what the file is for. */
export function checkNotInput(
  stats: BigIntStats,
  inputs: readonly InputFile[],
  need = 'results need a file of their own',
): void {
  const input = inputs.find(({ file }) => isSameFile(stats, file))
  if (input !== undefined) throw new Error(`it is the same file as ${input.name}: ${need}`)
}

/** The stats of a file; null if it does not exist. */
export function statOrNull(file: string | number): BigIntStats | null {
  try {
    return typeof file === 'number' ? fstatSync(file, { bigint: true }) : statSync(file, { bigint: true })
  } catch (error) {
    if (['ENOENT', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** A file without readable stats counts as another: reading it fails too, and is reported there. */
export function isSameFile(stats: BigIntStats, file: string | number): boolean {
  let other: BigIntStats | null = null
  try {
    other = statOrNull(file)
  } catch {
    return false
  }
  return other !== null && other.dev === stats.dev && other.ino === stats.ino
}
