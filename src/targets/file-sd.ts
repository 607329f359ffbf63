import { setImmediate } from 'node:timers/promises'
import { parseJson } from '../settings/json-document.ts'
import { DocumentSyntaxError } from '../settings/parsed-document.ts'
import { parseYaml } from '../settings/yaml-document.ts'
import { readBoundedText } from './read-bounded-text.ts'
import { readGroups } from './target-groups.ts'
import { ListError } from './read-targets.ts'
import type { TargetSink } from './read-targets.ts'

/** The largest list in JSON, in bytes: the text and the values parsed from it are in memory at once. */
export const MAX_JSON_BYTES = 64 * 2 ** 20

/** The largest list in YAML, in bytes: reading it takes fifty times as much memory. */
export const MAX_YAML_BYTES = 8 * 2 ** 20

/** Reads a list in the format of Prometheus' file_sd and http_sd. Rejects with a ListError. */
export async function readFileSd(
  chunks: AsyncIterable<Buffer>,
  name: string,
  format: 'json' | 'yaml',
  sink: TargetSink,
): Promise<{ endsWithNewline: boolean }> {
  const text = await readBoundedText(format === 'json' ? MAX_JSON_BYTES : MAX_YAML_BYTES, chunks, name)
  try {
    const parsed = format === 'json' ? parseJson(text) : await parseYaml(text, () => setImmediate())
    await readGroups(parsed, name, sink)
  } catch (error) {
    if (!(error instanceof DocumentSyntaxError)) throw error
    throw new ListError(`${name}:${error.position}`, error.message, error)
  }
  // A YAML file that was cut in the middle of a line can still be valid.
  return { endsWithNewline: format === 'json' || text === '' || text.endsWith('\n') }
}
