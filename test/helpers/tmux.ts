import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { cli } from './cli.ts'
import { TmuxControl } from './tmux-control.ts'
import { haveTool } from './tool.ts'

/** Longer than any machine needs, in ms. */
const TIMEOUT_MS = 40_000

/** Whether this machine has tmux. */
export const haveTmux = haveTool('tmux', ['-V'])

/** A terminal of tmux's, in a server of its own, with a shell in it. */
export class Terminal {
  #control!: TmuxControl

  /** Opens one that ends with the test. */
  static async open(t: ExecutionContext, columns = 80, rows = 24): Promise<Terminal> {
    const terminal = new Terminal()
    const server = ['-u', '-L', `headcount-${randomUUID()}`]
    const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C.UTF-8' }
    // What a surrounding terminal or a CI system says is not for this one.
    for (const name of ['TMUX', 'CI', 'NO_COLOR', 'FORCE_COLOR', 'GITHUB_ACTIONS']) delete env[name]
    const size = ['-x', String(columns), '-y', String(rows)]
    const session = ['new-session', '-d', ...size, 'PS1="$ " exec sh -i']
    await promisify(execFile)('tmux', [...server, '-f', '/dev/null', ...session], { env })
    const control = new TmuxControl(server, env)
    terminal.#control = control
    // Closed: it has ended with its last pane.
    t.teardown(() =>
      terminal
        .#tmux('kill-server')
        .catch(() => {})
        .finally(() => control.close()),
    )
    await terminal.until((screen) => screen.includes('$'))
    return terminal
  }

  /** Types a command that runs the program, with its arguments. */
  async headcount(args: readonly string[], { before = '', after = '' } = {}): Promise<void> {
    const command = [process.execPath, cli, ...args].map((word) => `'${word}'`).join(' ')
    await this.type(`clear; ${before} ${command} ${after}\n`)
  }

  /** Types characters as they are. */
  async type(text: string): Promise<void> {
    for (const [n, line] of text.split('\n').entries()) {
      if (n > 0) await this.press('Enter')
      if (line !== '') await this.#tmux('send-keys', '-l', line)
    }
  }

  /** Presses keys by tmux's names, such as `Down` and `C-c`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys)
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What it shows, a line each, without blanks at their ends. */
  async screen(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p')).trimEnd()
  }

  /** What tmux says of it in this format, such as `#{wrap_flag}`. */
  async query(format: string): Promise<string> {
    return (await this.#tmux('display-message', '-p', format)).trim()
  }

  /** Closes it, as a person closes a window, whatever runs in it. */
  async close(): Promise<void> {
    await this.#tmux('kill-pane')
  }

  /** What it shows, with its colours. */
  coloured(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-e')
  }

  /** Waits until `seen` holds of the screen, and gives it. */
  async until(seen: (screen: string) => boolean): Promise<string> {
    const end = performance.now() + TIMEOUT_MS
    for (;;) {
      const screen = await this.screen()
      if (seen(screen)) return screen
      if (performance.now() > end) throw new Error(`${String(seen)} did not come to hold of\n${screen}`)
      await sleep(50)
    }
  }

  #tmux(...args: readonly string[]): Promise<string> {
    return this.#control.run(args)
  }
}
