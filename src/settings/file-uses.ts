import type { CheckContents, KnownFile } from './request-file.ts'
import { setChecks } from './request-file.ts'

/** A file that a setting names, by its absolute path, and what its contents must be like. */
export type FileUse = readonly [path: string, check: CheckContents]

/** The files that settings name. */
export class FileUses {
  readonly #checks = new Map<string, Set<CheckContents>>()

  constructor(uses: Iterable<FileUse> = []) {
    for (const use of uses) this.add(use)
  }

  add([path, check]: FileUse): void {
    const checks = this.#checks.get(path)
    if (checks === undefined) this.#checks.set(path, new Set([check]))
    else checks.add(check)
  }

  /** The checks of all who name a file; undefined: nobody does. */
  checksOf(path: string): Set<CheckContents> | undefined {
    return this.#checks.get(path)
  }

  /** All uses, each once. */
  *[Symbol.iterator](): Generator<FileUse> {
    for (const [path, checks] of this.#checks) for (const check of checks) yield [path, check]
  }
}

/**
 * Forgets the files that are in no use, and the checks of those who do not name a file any more, unless a reading since `oldest` has named it.
 * Returns the paths of those that are forgotten.
 */
export function forgetUnused(files: Map<string, KnownFile>, uses: FileUses, oldest: number): string[] {
  const forgotten: string[] = []
  for (const [path, file] of files) {
    if (file.named >= oldest) continue
    const checks = uses.checksOf(path)
    if (checks !== undefined) setChecks(file, checks)
    else if (files.delete(path)) forgotten.push(path)
  }
  return forgotten
}

/** How many files a reading since `oldest` has named; Infinity: how many there are. */
export function countNamed(files: ReadonlyMap<string, KnownFile>, oldest: number): number {
  if (oldest === Infinity) return files.size
  let count = 0
  for (const { named } of files.values()) if (named >= oldest) count++
  return count
}
