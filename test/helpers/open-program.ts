import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { haveTmux, Terminal } from './tmux.ts'

/** A test that needs a terminal. */
export const onTerminal = haveTmux ? test : test.skip

/** A terminal in which the program runs between two looks at the terminal's state. */
export async function openProgram(
  t: ExecutionContext,
  args: readonly string[],
  { before = '', columns = 80, rows = 24 }: { before?: string; columns?: number; rows?: number } = {},
): Promise<{
  readonly terminal: Terminal
  /** What a shell is to do when the program has ended, for `ended`: behind an `fg` too. */
  readonly after: string
  ended(code: string, seen?: string): Promise<string>
}> {
  const directory = directoryOf(t)
  const [from, to] = [join(directory, 'before'), join(directory, 'after')]
  const terminal = await Terminal.open(t, columns, rows)
  const after = `; echo code $?; stty -g > ${to}`
  await terminal.headcount(args, { before: `echo marker; stty -g > ${from}; ${before}`, after })
  return {
    terminal,
    after,
    /** The terminal is as it was found, what was on it too: `seen`. */
    async ended(code, seen = 'marker') {
      const screen = await terminal.until((text) => text.includes(`code ${code}`))
      t.true(screen.includes(`${seen}\n`), screen)
      t.false(screen.includes('polls/s'), screen)
      await terminal.until((text) => text.trimEnd().endsWith('$'))
      t.is(readFileSync(to, 'utf8'), readFileSync(from, 'utf8'))
      return screen
    },
  }
}
