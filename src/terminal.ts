import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { ScreenOptions } from './print/options.ts'
import { handsOff, takeScreen } from './print/table/hands-off.ts'
import { LEAVE } from './print/table/painter.ts'
import type { Size } from './print/table/view.ts'

/** Whether standard output is a terminal that can move its cursor. */
export function outputIsTerminal(): boolean {
  return isatty(1) && process.env['TERM'] !== 'dumb'
}

/** Whether standard error is a terminal that can move its cursor. */
export function errorIsTerminal(): boolean {
  return isatty(2) && process.env['TERM'] !== 'dumb'
}

/** How standard output can be drawn on. `keys`: whether standard input is free to be read for keys. */
export function screenOptions(keys: boolean): ScreenOptions {
  return {
    size: sizeOfOutput(),
    colours: process.stdout.hasColors(),
    keys: keys && isatty(0),
    handsOff: handsOff(),
  }
}

/** What comes from the terminal. */
export interface TerminalEvents {
  /** Keys, as the terminal sends them. */
  keys(input: string): void
  /** It has this size. */
  resized(size: Size): void
  /** The person wants it for something else: resolves when nothing is drawn any more. */
  lent(): Promise<void>
  /** It may be drawn on again. */
  back(): void
}

/** The monitor gives the screen within this, in ms, or is dead. */
const GIVEN_MS = 300

const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'

/**
 * The terminal that the monitor draws on, as only the main thread can have it: its keys, its size, and its state, which is
 * given back however the process ends, but for SIGKILL.
 */
export class Terminal {
  readonly #events: TerminalEvents
  readonly #screen: ScreenOptions
  #open = true

  /** `diesOfHangUp`: SIGHUP has no other meaning and ends the process. */
  constructor(screen: ScreenOptions, { diesOfHangUp }: { diesOfHangUp: boolean }, events: TerminalEvents) {
    this.#events = events
    this.#screen = screen
    process.on('exit', this.#onExit)
    process.stdout.on('resize', this.#onResize)
    if (diesOfHangUp) process.once('SIGHUP', this.#onHangUp)
    if (!screen.keys) return
    process.stdin.setRawMode(true)
    process.stdin.setEncoding('utf8').on('data', this.#onData)
    // A terminal that is gone, which standard output tells as well.
    process.stdin.on('error', this.#onResize)
  }

  /** Gives it back. `left`: the monitor has left the alternate screen. */
  close(left: boolean): void {
    if (!this.#open) return
    this.#open = false
    process.off('exit', this.#onExit)
    process.off('SIGHUP', this.#onHangUp)
    process.stdout.off('resize', this.#onResize)
    if (!left) {
      takeScreen(this.#screen.handsOff, GIVEN_MS)
      writeNow(LEAVE)
    }
    if (!this.#screen.keys) return
    process.stdin.off('data', this.#onData)
    process.stdin.setRawMode(false)
    process.stdin.pause()
  }

  readonly #onExit = () => this.close(false)

  readonly #onHangUp = () => {
    this.close(false)
    process.kill(process.pid, 'SIGHUP')
  }

  readonly #onResize = () => this.#events.resized(sizeOfOutput())

  /** In raw mode, the terminal makes no signals of keys. */
  readonly #onData = (input: string | Buffer) => {
    const text = String(input)
    if (text.includes(CTRL_C)) process.kill(process.pid, 'SIGINT')
    else if (text.includes(CTRL_Z)) void this.#suspend()
    else this.#events.keys(text)
  }

  /** Until SIGCONT. */
  async #suspend(): Promise<void> {
    await this.#events.lent()
    if (!this.#open) return
    process.stdin.setRawMode(false)
    process.kill(process.pid, 'SIGSTOP')
    process.stdin.setRawMode(true)
    this.#events.back()
    this.#onResize()
  }
}

function sizeOfOutput(): Size {
  const [columns, rows] = process.stdout.getWindowSize()
  // A terminal that does not know its size says 0.
  return { columns: columns || 80, rows: rows || 24 }
}

/** At once, since the process may be about to end. What the terminal does not take now is lost. */
function writeNow(text: string): void {
  try {
    writeSync(1, text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EAGAIN' && code !== 'EIO') throw error
  }
}
