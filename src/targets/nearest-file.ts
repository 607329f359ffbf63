import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { getSystemErrorMessage } from 'node:util'
import { closestName } from '../settings/closest-name.ts'
import { quote } from '../settings/quote.ts'

/** More files in a folder are not looked at. */
const MAX_NAMES = 1_000

/** The error of a file that could not be opened; if there is none, with the file beside it whose name is most like its own. */
export async function withNearestFile(path: string, error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') return error
  const names = await readdir(dirname(path)).catch(() => []) // The folder may be what is missing.
  const nearest = names.length > MAX_NAMES ? null : closestName(basename(path), names)
  if (nearest === null) return error
  const why = getSystemErrorMessage((error as NodeJS.ErrnoException).errno as number)
  return new Error(`${why}: was ${quote(nearest)} meant?`, { cause: error })
}
