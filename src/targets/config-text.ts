import { redactName } from '../settings/quote.ts'
import { inputText } from './input-file.ts'
import type { Pipes } from './input-file.ts'
import { describeError, ListError } from './read-targets.ts'

/** The largest configuration, in bytes: reading it blocks main for half a second. */
const MAX_BYTES = 1 << 20

/**
 * The text of a file with a configuration. Rejects with a ListError if it can't be read. `pipes`: read only at the start;
 * later, the writer of one may never come.
 */
export async function configText(path: string, pipes: Pipes): Promise<string> {
  try {
    return await inputText(path, MAX_BYTES, pipes)
  } catch (cause) {
    throw new ListError(redactName(path), describeError(cause), cause)
  }
}
