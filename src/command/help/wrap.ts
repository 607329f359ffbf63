/** A row of help: what is typed, and what it does. */
export interface HelpRow {
  readonly usage: string
  readonly help: string
}

/** The widest column of what is typed; what is wider has its help on the next line. */
const MAX_USAGE = 32

/**
 * Rows in two columns, the second one wrapped, in lines of at most `width` characters if their words allow it. `usageWidth`: the width
 * of the first column.
 */
export function helpRows(rows: readonly HelpRow[], width: number, usageWidth = usageWidthOf(rows)): string {
  return rows
    .map(({ usage, help }) => {
      const [first = '', ...others] = wrap(help, Math.max(20, width - usageWidth - 4))
      const indent = ' '.repeat(usageWidth + 4)
      const start =
        usage.length > usageWidth
          ? `  ${usage}\n${indent}${first}`
          : `  ${usage.padEnd(usageWidth)}  ${first}`
      return [start, ...others.map((line) => indent + line)].map((line) => `${line.trimEnd()}\n`).join('')
    })
    .join('')
}

/** The width of the first column that fits these rows. */
export function usageWidthOf(rows: readonly HelpRow[]): number {
  const fitting = rows.map(({ usage }) => usage.length).filter((length) => length <= MAX_USAGE)
  return Math.max(0, ...fitting)
}

/** The words of a text in lines of at most `width` characters; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
