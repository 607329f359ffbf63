/** Columns and rows of a terminal. */
export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/** How a terminal can be drawn on. */
export interface ScreenOptions {
  readonly size: ScreenSize
  readonly colours: boolean
  /** Whether keys can be read. */
  readonly keys: boolean
}

/**
 * Switches to the alternate screen, hides the cursor and turns autowrap (DECAWM) off: when the terminal counts a line as wider than
 * headcount does, the line must not wrap and push those below it down.
 */
export const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J'

/** Undoes ENTER_SCREEN. */
export const LEAVE_SCREEN = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l'
