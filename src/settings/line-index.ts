/** The lines of a text, to tell offsets in it as people count. */
export class LineIndex {
  readonly #text: string
  /** Where each line begins. */
  readonly #starts: number[] = [0]

  constructor(text: string) {
    this.#text = text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  /** `LINE:COLUMN` of a UTF-16 unit, both from 1, columns in characters. */
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

/** Characters of a text, not their halves. */
export function characterCount(text: string): number {
  return text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '.').length
}
