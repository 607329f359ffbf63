import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { LEAVE_SCREEN } from './screen.ts'
import type { ScreenOptions, ScreenSize } from './screen.ts'

/** Whether standard output (1) or standard error (2) is a terminal that can move its cursor. */
export function isTerminal(fd: 1 | 2): boolean {
  return isatty(fd) && process.env['TERM'] !== 'dumb'
}

/** How standard output can be drawn on. `keys`: whether standard input is free to be read for keys. */
export function screenOptions(keys: boolean): ScreenOptions {
  return {
    size: sizeOfOutput(),
    colours: process.stdout.hasColors(),
    keys: keys && isatty(0),
  }
}

/** Who draws on the terminal. */
export interface TerminalUser {
  /** Keys, as the terminal sends them. */
  keys(input: string): void
  /** It has this size. */
  resize(size: ScreenSize): void
  /** The person wants it for something else, or gives it back: resolves with whether that was done. */
  setSuspended(suspended: boolean): Promise<boolean>
  /** The process may be ending, and its event loop with it: leaves the terminal within `ms`, and says whether that is done. */
  suspendNow(ms: number): boolean
}

/** Who draws leaves the terminal within this, in ms, or is dead. */
const SUSPEND_TIMEOUT_MS = 300

/** All processes of the shell's job, such as npm, which has started this one: the shell waits for all of them. */
const PROCESS_GROUP = 0

const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'

/**
 * The terminal that the monitor draws on, as only the main thread can have it: its keys, its size, and its state, which is
 * given back however the process ends, but for SIGKILL.
 */
export class Terminal {
  readonly #user: TerminalUser
  readonly #keys: boolean
  #open = true
  #suspending = false

  /** `diesOfHangUp`: SIGHUP has no other meaning and ends the process. */
  constructor({ keys }: ScreenOptions, { diesOfHangUp }: { diesOfHangUp: boolean }, user: TerminalUser) {
    this.#user = user
    this.#keys = keys
    process.on('exit', this.#onExit)
    process.stdout.on('resize', this.#onResize)
    process.on('SIGTSTP', this.#onStop)
    process.on('SIGCONT', this.#onContinue)
    if (diesOfHangUp) process.once('SIGHUP', this.#onHangUp)
    if (!keys) return
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
    process.off('SIGTSTP', this.#onStop)
    process.off('SIGCONT', this.#onContinue)
    process.stdout.off('resize', this.#onResize)
    if (!left && !this.#user.suspendNow(SUSPEND_TIMEOUT_MS)) writeNow(LEAVE_SCREEN)
    if (!this.#keys) return
    process.stdin.off('data', this.#onData)
    process.stdin.setRawMode(false)
    process.stdin.pause()
  }

  readonly #onExit = () => this.close(false)

  readonly #onHangUp = () => {
    this.close(false)
    process.kill(process.pid, 'SIGHUP')
  }

  readonly #onResize = () => this.#user.resize(sizeOfOutput())

  /** In raw mode, the terminal makes no signals of keys. */
  readonly #onData = (input: string | Buffer) => {
    const text = String(input)
    if (text.includes(CTRL_C)) process.kill(process.pid, 'SIGINT')
    else if (text.includes(CTRL_Z)) void this.#suspend(PROCESS_GROUP)
    else this.#user.keys(text)
  }

  readonly #onStop = () => void this.#suspend(process.pid)

  /** Also after a stop that nobody could prepare for: what was there meanwhile may have drawn, and set the terminal's mode. */
  readonly #onContinue = () => {
    if (!this.#suspending) this.#resume()
  }

  /** Stops `who`, this process among them, until SIGCONT. */
  async #suspend(who: number): Promise<void> {
    if (this.#suspending) return
    this.#suspending = true
    const left = await this.#user.setSuspended(true)
    if (!this.#open) return
    if (!left) writeNow(LEAVE_SCREEN)
    if (this.#keys) process.stdin.setRawMode(false)
    // Without a listener it stops the process, unless no shell is there to continue it.
    process.off('SIGTSTP', this.#onStop)
    process.kill(who, 'SIGTSTP')
    process.on('SIGTSTP', this.#onStop)
    this.#suspending = false
    this.#resume()
  }

  #resume(): void {
    if (this.#keys) {
      // Node sets no mode that it believes to be set.
      process.stdin.setRawMode(false)
      process.stdin.setRawMode(true)
    }
    void this.#user.setSuspended(false)
    this.#onResize()
  }
}

function sizeOfOutput(): ScreenSize {
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
