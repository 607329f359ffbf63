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
    ['format', 'prints', 'file', 'with `--once`'],
    formats.map(({ name, purpose, extension, once }) => [
      code(name),
      purpose,
      extension === '' ? '' : code(extension),
      WITH_ONCE[once],
    ]),
  )
}
