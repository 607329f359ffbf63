import { ENTER_SCREEN, LEAVE_SCREEN } from '../../runtime/screen.ts'

/** The terminal that a Painter draws on. */
export interface Canvas {
  write(text: string): void
  /** Text that the terminal has not accepted yet. */
  readonly bufferedLength: number
}

/** Draws lines on a terminal, and writes only those that have changed. */
export class Painter {
  readonly #canvas: Canvas
  #lines: readonly string[] = []
  /** Written together with the next frame, so that the screen is never seen empty. */
  #prefix = ''
  #isDrawing = false
  /** Whether the terminal is to be restored. It can be entered again before it was left: another program may have drawn on it. */
  #isEntered = false

  constructor(canvas: Canvas) {
    this.#canvas = canvas
  }

  enter(): void {
    this.#isDrawing = true
    this.#lines = []
    this.#prefix = ENTER_SCREEN
  }

  /** Restores the terminal. */
  leave(): void {
    if (this.#isEntered) this.#canvas.write(LEAVE_SCREEN)
    this.#isEntered = false
    this.#isDrawing = false
  }

  /** The next frame is drawn in full. */
  invalidate(): void {
    this.#lines = []
    if (this.#prefix === '') this.#prefix = '\u001b[2J'
  }

  /** Draws a screen of lines, none wider than the terminal. If the terminal is behind, the frame is skipped. */
  paint(lines: readonly string[]): void {
    if (this.#canvas.bufferedLength > 0 || !this.#isDrawing) return
    let text = this.#prefix
    for (const [row, line] of lines.entries()) {
      // Clear the line before writing it: clearing after a full line would erase its last character.
      if (line !== this.#lines[row]) text += `\u001b[${row + 1};1H\u001b[2K${line}`
    }
    this.#lines = lines
    this.#prefix = ''
    this.#isEntered = true
    if (text !== '') this.#canvas.write(text)
  }
}
