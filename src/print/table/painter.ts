import { ENTER_SCREEN, LEAVE_SCREEN } from '../../runtime/screen.ts'

/** What a Painter draws on. */
export interface Canvas {
  write(text: string): void
  /** Characters that the terminal has not taken yet. */
  readonly bufferedLength: number
}

/** Draws lines on a terminal, writing only those that have changed. */
export class Painter {
  readonly #canvas: Canvas
  #lines: readonly string[] = []
  /** What goes before the next frame, in one write with it: nobody sees an empty screen. */
  #prefix = ''
  #state: 'outside' | 'entering' | 'inside' = 'outside'

  constructor(canvas: Canvas) {
    this.#canvas = canvas
  }

  enter(): void {
    this.#state = 'entering'
    this.#lines = []
    this.#prefix = ENTER_SCREEN
  }

  /** Leaves the terminal as it was found. */
  leave(): void {
    if (this.#state === 'inside') this.#canvas.write(LEAVE_SCREEN)
    this.#state = 'outside'
  }

  /** Draws all of it anew at the next time. */
  invalidate(): void {
    this.#lines = []
    if (this.#state === 'inside') this.#prefix = '\u001b[2J'
  }

  /** Draws a whole screen of lines, each no wider than it. A terminal that is behind is left alone: it gets the next one. */
  paint(lines: readonly string[]): void {
    if (this.#canvas.bufferedLength > 0) return
    if (this.#state === 'outside') return
    let text = this.#prefix
    for (const [row, line] of lines.entries()) {
      // Cleared before, not behind: behind a full line, that would take its last character.
      if (line !== this.#lines[row]) text += `\u001b[${row + 1};1H\u001b[2K${line}`
    }
    this.#lines = lines
    this.#prefix = ''
    this.#state = 'inside'
    if (text !== '') this.#canvas.write(text)
  }
}
