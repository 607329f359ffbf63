import { jsonEscape, UNPRINTABLE } from '../../resource/unprintable.ts'

/** Rows as lines, with columns as wide as what is in them; the last one is as long as it is. The first row has all columns. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((text) => text.replace(UNPRINTABLE, jsonEscape)))
  const widths = (shown[0] ?? []).map((_, n) => Math.max(...shown.map((row) => (row[n] as string).length)))
  const lines = shown.map((row) => row.map((text, n) => text.padEnd(widths[n] as number)).join('  '))
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
