import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { redactName } from '../../settings/quote.ts'
import { describeError } from '../../targets/read-targets.ts'
import type { ResolvedText, ValueReader } from '../value-reader.ts'

/** The largest file of a secret, in bytes. */
const MAX_BYTES = 65_536

/** The secret that `@FILE` names, without the line break at its end, or the text itself. Paths are relative to `directory`. Throws a RangeError. */
export function readSecret(reader: ValueReader, { text, envNames }: ResolvedText, directory: string): string {
  // The value of a variable may begin with an @ by chance.
  if (!text.startsWith('@') || envNames.length > 0) return text
  const path = resolve(directory, text.slice(1))
  reader.files.add(path)
  const secret = textOf(path).replace(/\r?\n$/, '')
  if (secret === '') throw new RangeError(`${redactName(path)}: it is empty`)
  return secret
}

function textOf(path: string): string {
  try {
    const stats = statSync(path)
    // Reading a FIFO would wait for its writer.
    if (!stats.isFile()) throw new Error('not a file')
    if (stats.size > MAX_BYTES) throw new Error(`larger than ${MAX_BYTES / 1024} KiB`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new RangeError(`${redactName(path)}: ${describeError(error)}`, { cause: error })
  }
}
