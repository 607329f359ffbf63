import packageJson from '#package.json' with { type: 'json' }
import { SHORT_HELP } from './help/short-help.ts'
import { printText } from '../print/print-text.ts'
import { textWidth } from '../runtime/terminal.ts'

/**
 * Answers a command line that only asks for the version or for help, and returns the exit code; null: it asks for something else. What a
 * run needs is not loaded, which would take several times as long. `src/command/command-line.ts` gives the same answers.
 */
export async function quickAnswer(
  argv: readonly string[],
  log: (lines: string) => void,
): Promise<0 | 1 | null> {
  const text = await textFor(argv)
  if (text === null) return null
  return (await printText(text, log)) ? 0 : 1
}

async function textFor([first, word, ...others]: readonly string[]): Promise<string | null> {
  // A flag after it is for the reader of command lines.
  if (first === '--help' && others.length === 0 && word?.startsWith('-') !== true) {
    const [{ FLAGS }, { helpText }] = await Promise.all([
      import('./flag-table.ts'),
      import('./help/help-text.ts'),
    ])
    return helpText(FLAGS, word ?? null, textWidth())
  }
  if (word !== undefined) return null
  if (first === '-h') return SHORT_HELP
  return first === '--version' || first === '-v' ? `headcount ${packageJson.version}\n` : null
}
