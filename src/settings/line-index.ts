/** The lines of a text, to convert offsets to line and column. */
export class LineIndex {
  readonly #text: string
  /** The offset of each line. */
  readonly #starts: number[] = [0]

  constructor(text: string) {
    this.#text = text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  /** The `LINE:COLUMN` of an offset in UTF-16 units. Both count from 1, columns in characters. */
  position(offset: number): string {
    let line = 0
    let end = this.#starts.length
    while (end - line > 1) {
      const middle = (line + end) >>> 1
      if ((this.#starts[middle] as number) <= offset) line = middle
      else end = middle
    }
    const before = this.#text.slice(this.#starts[line], offset)
    return `${line + 1}:${characterCount(before) + 1}`
  }
}

/** The number of characters in a text; a surrogate pair counts as one. */
export function characterCount(text: string): number {
  return text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '.').length
}
