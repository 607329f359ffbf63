import { fstatSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { LEAVE_SCREEN } from './screen.ts'
import type { ScreenOptions, ScreenSize } from './screen.ts'

/** Whether standard output (1) or standard error (2) is a terminal that can move its cursor. */
export function isTerminal(fd: 1 | 2): boolean {
  return isatty(fd) && process.env['TERM'] !== 'dumb'
}

/** Whether standard output and standard error are the same file, pipe, socket or terminal. */
export function isOneOutput(): boolean {
  const [one, other] = [1, 2].map((fd) => fstatSync(fd))
  return one?.dev === other?.dev && one?.ino === other?.ino
}

/** How standard output can be drawn on. `keys`: whether standard input may be read for keys. */
export function screenOptions(keys: boolean): ScreenOptions {
  return {
    size: screenSize(),
    colours: process.stdout.hasColors(),
    keys: keys && isatty(0),
  }
}

/** The size of the terminal that standard output is; 80 × 24 when it does not tell. */
export function screenSize(): ScreenSize {
  const [columns, rows] = process.stdout.getWindowSize()
  // A terminal that does not know its size reports 0.
  return { columns: columns || 80, rows: rows || 24 }
}

/** The most characters of a line of help on standard output: lines over the whole of a wide terminal are hard to read. */
export function textWidth(): number {
  return isTerminal(1) ? Math.min(screenSize().columns, 100) : 80
}

/** What draws on the terminal. */
export interface TerminalUser {
  /** Takes keys, as the terminal sends them. */
  keys(input: string): void
  /** Draws at this size from now on. */
  resize(size: ScreenSize): void
  /** Leaves the terminal, or draws on it again. Resolves with whether that is done. */
  setSuspended(suspended: boolean): Promise<boolean>
  /** Leaves the terminal without the event loop, for a process that is exiting. Returns whether that is done within `ms`. */
  suspendNow(ms: number): boolean
  /** The terminal is as it was found, for good. */
  closed(): void
}

/** What draws on the terminal leaves it within this time, in ms, or has died. */
const SUSPEND_TIMEOUT_MS = 300

/** The target of a signal to all processes of the shell's job, such as the npm that started this one: the shell waits for all. */
const PROCESS_GROUP = 0

const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'

/**
 * The part of the live view that needs the main thread: it reads keys, watches the size, and restores the terminal's mode however
 * the process ends, except by SIGKILL.
 */
export class Terminal {
  readonly #user: TerminalUser
  readonly #keys: boolean
  #open = true
  #suspending = false

  constructor({ keys }: ScreenOptions, user: TerminalUser) {
    this.#user = user
    this.#keys = keys
    process.on('exit', this.#onExit)
    process.stdout.on('resize', this.#onResize)
    process.on('SIGTSTP', this.#onStop)
    process.on('SIGCONT', this.#onContinue)
    if (!keys) return
    process.stdin.setRawMode(true)
    process.stdin.setEncoding('utf8').on('data', this.#onData)
    // When the terminal has gone, standard output fails too, which is handled there.
    process.stdin.on('error', this.#onResize)
  }

  /** Restores the terminal. `left`: what draws on it has left the alternate screen. */
  close(left: boolean): void {
    if (!this.#open) return
    this.#open = false
    process.off('exit', this.#onExit)
    process.off('SIGTSTP', this.#onStop)
    process.off('SIGCONT', this.#onContinue)
    process.stdout.off('resize', this.#onResize)
    if (!left && !this.#user.suspendNow(SUSPEND_TIMEOUT_MS)) writeNow(LEAVE_SCREEN)
    if (this.#keys) {
      process.stdin.off('data', this.#onData)
      process.stdin.setRawMode(false)
      process.stdin.pause()
    }
    this.#user.closed()
  }

  readonly #onExit = () => this.close(false)

  readonly #onResize = () => this.#user.resize(screenSize())

  /** In raw mode, the terminal sends no signals for keys. */
  readonly #onData = (input: string | Buffer) => {
    const text = String(input)
    if (text.includes(CTRL_C)) process.kill(process.pid, 'SIGINT')
    else if (text.includes(CTRL_Z)) void this.#suspend(PROCESS_GROUP)
    else this.#user.keys(text)
  }

  readonly #onStop = () => void this.#suspend(process.pid)

  /** After SIGSTOP too, for which nothing could be prepared: another program may have drawn and set the terminal's mode since. */
  readonly #onContinue = () => {
    if (!this.#suspending) this.#resume()
  }

  /** Stops a process or a process group, this process among them, until SIGCONT. */
  async #suspend(target: number): Promise<void> {
    if (this.#suspending) return
    this.#suspending = true
    const left = await this.#user.setSuspended(true)
    if (!this.#open) return
    if (!left) writeNow(LEAVE_SCREEN)
    if (this.#keys) process.stdin.setRawMode(false)
    // Without a listener SIGTSTP stops the process, unless there is no shell that could continue it.
    process.off('SIGTSTP', this.#onStop)
    process.kill(target, 'SIGTSTP')
    process.on('SIGTSTP', this.#onStop)
    this.#suspending = false
    this.#resume()
  }

  #resume(): void {
    if (this.#keys) {
      // Node does nothing when it believes that the mode is set already.
      process.stdin.setRawMode(false)
      process.stdin.setRawMode(true)
    }
    void this.#user.setSuspended(false)
    this.#onResize()
  }
}

/** Writes at once, since the process may be exiting. What the terminal does not accept now is lost. */
function writeNow(text: string): void {
  try {
    writeSync(1, text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EAGAIN' && code !== 'EIO') throw error
  }
}
