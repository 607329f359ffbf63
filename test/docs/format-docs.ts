import type { OutputFormat } from '../../src/print/text/formats.ts'
import { code, table } from './markdown.ts'

const WITH_ONCE: Readonly<Record<OutputFormat['once'], string>> = {
  required: 'only',
  allowed: 'yes',
  forbidden: 'no',
}

/** The output formats as a table in Markdown. */
export function formatTable(formats: readonly OutputFormat[]): string {
  return table(
    ['format', 'prints', 'file', 'usable with `--once`'],
    formats.map(({ name, purpose, extensions, once }) => [
      code(name),
      purpose,
      extensions.map(code).join(', '),
      WITH_ONCE[once],
    ]),
  )
}
