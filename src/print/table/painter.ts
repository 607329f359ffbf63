/** What a Painter draws on. */
export interface Canvas {
  write(text: string): void
  /** Characters that the terminal has not taken yet. */
  readonly waiting: number
}

/**
 * To the alternate screen, cursor hidden; and back, as it was. Without autowrap (DECAWM): a line that the terminal takes for
 * wider than we do must not push the lines below it down.
 */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J'
export const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l'

/** Draws lines on a terminal, writing only those that have changed. */
export class Painter {
  readonly #canvas: Canvas
  #lines: readonly string[] = []
  /** What goes before the next frame, in one write with it: nobody sees an empty screen. */
  #before = ''
  #state: 'outside' | 'entering' | 'inside' = 'outside'

  constructor(canvas: Canvas) {
    this.#canvas = canvas
  }

  enter(): void {
    this.#state = 'entering'
    this.#lines = []
    this.#before = ENTER
  }

  /** Leaves the terminal as it was found. */
  leave(): void {
    if (this.#state === 'inside') this.#canvas.write(LEAVE)
    this.#state = 'outside'
  }

  /** Draws all of it anew at the next time. */
  forget(): void {
    this.#lines = []
    if (this.#state === 'inside') this.#before = '\u001b[2J'
  }

  /** Draws a whole screen of lines, each no wider than it. A terminal that is behind is left alone: it gets the next one. */
  paint(lines: readonly string[]): void {
    if (this.#canvas.waiting > 0) return
    if (this.#state === 'outside') return
    let text = this.#before
    for (const [row, line] of lines.entries()) {
      // Cleared before, not behind: behind a full line, that would take its last character.
      if (line !== this.#lines[row]) text += `\u001b[${row + 1};1H\u001b[2K${line}`
    }
    this.#lines = lines
    this.#before = ''
    this.#state = 'inside'
    if (text !== '') this.#canvas.write(text)
  }
}
