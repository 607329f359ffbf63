import { resolve } from 'node:path'
import { redactName } from '../../settings/quote.ts'
import { readSmallFile } from '../small-file.ts'
import type { ResolvedText, ValueReader } from '../value-reader.ts'

/** The largest file of a secret, in bytes. */
const MAX_BYTES = 65_536

/** The secret that `@FILE` names, without the line break at its end, or the text itself. Paths are relative to `directory`. Throws a RangeError. */
export function readSecret(reader: ValueReader, { text, envNames }: ResolvedText, directory: string): string {
  // The value of a variable may begin with an @ by chance.
  if (!text.startsWith('@') || envNames.length > 0) return text
  const path = resolve(directory, text.slice(1))
  reader.files.add(path)
  const secret = readSmallFile(path, MAX_BYTES)
    .toString()
    .replace(/\r?\n$/, '')
  if (secret === '') throw new RangeError(`${redactName(path)}: it is empty`)
  return secret
}
