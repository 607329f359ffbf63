import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'

/** A text that differs when a file may have changed. */
export function fingerprintOf({ mtimeMs, ctimeMs, size, ino, dev }: Stats): string {
  return `${mtimeMs} ${ctimeMs} ${size} ${ino} ${dev}`
}

/** The fingerprint of the file at `path`; '' when it does not exist or can't be looked at. */
export async function fileFingerprint(path: string): Promise<string> {
  try {
    return fingerprintOf(await stat(path))
  } catch {
    return '' // The reading fails too and reports why.
  }
}
