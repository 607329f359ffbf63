/** The lines of a text, to tell offsets as people count: `LINE:COLUMN`, both from 1, columns in UTF-16 units. */
export class Places {
  /** Where each line begins. */
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  at(offset: number): string {
    let line = 0
    let above = this.#starts.length
    while (above - line > 1) {
      const middle = (line + above) >>> 1
      if ((this.#starts[middle] as number) <= offset) line = middle
      else above = middle
    }
    return `${line + 1}:${offset - (this.#starts[line] as number) + 1}`
  }
}
