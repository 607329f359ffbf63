import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'

interface Answer {
  readonly resolve: (text: string) => void
  readonly reject: (error: Error) => void
}

/**
 * A client of tmux in control mode (`man tmux`, CONTROL MODE): commands and their answers go through one process. A process for each of them
 * would hold up the thread of a test while it is forked, and with it the servers that the test has in the same thread.
 */
export class TmuxControl {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting: Answer[] = []
  #hasEnded = false

  /** `args`: how to find the server. `env`: its environment. */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const attach = ['-C', 'attach-session', '-f', 'ignore-size,no-output']
    this.#child = spawn('tmux', [...args, ...attach], { env })
    this.#child.stdin.on('error', () => {}) // Its end says what it means.
    void this.#read()
  }

  /** Runs a command. Resolves with what it prints; rejects with its error, and when tmux has ended. */
  run(words: readonly string[]): Promise<string> {
    if (this.#hasEnded) return Promise.reject(new Error('tmux has ended'))
    this.#child.stdin.write(`${words.map(quoted).join(' ')}\n`)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Ends the client. */
  close(): void {
    this.#child.kill()
  }

  async #read(): Promise<void> {
    let block: { readonly end: string; readonly lines: string[] } | null = null
    let isFirst = true
    for await (const line of createInterface({ input: this.#child.stdout })) {
      if (block === null) {
        const [, number] = /^%begin (.*)$/.exec(line) ?? []
        if (number !== undefined) block = { end: number, lines: [] }
        continue
      }
      const [, how, number] = /^%(end|error) (.*)$/.exec(line) ?? []
      if (number !== block.end) {
        block.lines.push(line)
        continue
      }
      const text = block.lines.map((one) => `${one}\n`).join('')
      block = null
      // The first is that of the command which attaches.
      if (isFirst) isFirst = false
      else if (how === 'end') this.#waiting.shift()?.resolve(text)
      else this.#waiting.shift()?.reject(new Error(text))
    }
    this.#hasEnded = true
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('tmux has ended'))
  }
}

/** A word as tmux reads it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
