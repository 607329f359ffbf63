import { setImmediate } from 'node:timers/promises'
import { parseJson } from '../settings/json.ts'
import { SyntaxFault } from '../settings/parsed.ts'
import { parseYaml } from '../settings/yaml.ts'
import { textOf } from './bounded.ts'
import { readGroups } from './groups.ts'
import { ListError } from './read.ts'
import type { TargetSink } from './read.ts'

/** The largest list in JSON that is read, in bytes: it is held whole, and once more as what it says. */
export const MOST_JSON = 64 * 2 ** 20

/** The largest in YAML, of which each byte costs fifty of memory while it is read. */
export const MOST_YAML = 8 * 2 ** 20

/** Reads a list as Prometheus' file_sd and http_sd have it. Rejects with a ListError. */
export async function readFileSd(
  chunks: AsyncIterable<Buffer>,
  name: string,
  format: 'json' | 'yaml',
  sink: TargetSink,
): Promise<{ whole: boolean }> {
  const text = await textOf(format === 'json' ? MOST_JSON : MOST_YAML, chunks, name)
  try {
    const parsed = format === 'json' ? parseJson(text) : await parseYaml(text, () => setImmediate())
    await readGroups(parsed, name, sink)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new ListError(`${name}:${error.place}`, error.message, error)
  }
  // YAML that ends in the middle of a line may be good YAML.
  return { whole: format === 'json' || text === '' || text.endsWith('\n') }
}
