import { fstatSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'

// What is read, and what results must not be written to.

/** A file that is read, or standard input. */
export interface InputFile {
  /** As messages name it: `the list urls.txt`. */
  readonly name: string
  /** Its path, or the descriptor that it is read from. */
  readonly file: string | number
}

/** Throws when `stats` are those of one of the inputs, by whatever name. */
export function checkNotInput(stats: BigIntStats, inputs: readonly InputFile[]): void {
  const input = inputs.find(({ file }) => isSameFile(stats, file))
  if (input !== undefined)
    throw new Error(`it is the same file as ${input.name}: results need a file of their own`)
}

/** Null where nothing is there. */
export function statOrNull(file: string | number): BigIntStats | null {
  try {
    return typeof file === 'number' ? fstatSync(file, { bigint: true }) : statSync(file, { bigint: true })
  } catch (error) {
    if (['ENOENT', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** What can't be looked at is another: it can't be read either, which is said elsewhere. */
export function isSameFile(stats: BigIntStats, file: string | number): boolean {
  let other: BigIntStats | null = null
  try {
    other = statOrNull(file)
  } catch {
    return false
  }
  return other !== null && other.dev === stats.dev && other.ino === stats.ino
}
