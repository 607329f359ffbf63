import type { Flag } from '../../settings/flag.ts'
import { formsOf, HELP_FLAGS } from './flag-help.ts'
import type { FlagHelp } from './flag-help.ts'
import { SUB_COMMANDS } from './sub-commands.ts'

/** A flag as shells complete it. */
export interface CompletionFlag {
  /** With their dashes. */
  readonly names: readonly string[]
  readonly help: string
  readonly takes: 'nothing' | 'word' | 'file' | 'text'
  /** What its value can be, if it is a word. */
  readonly choices: readonly string[]
  readonly isRepeatable: boolean
}

/** What can follow `headcount`, or `headcount COMMAND`. */
export interface CompletionContext {
  /** The sub-command; '': there is none. */
  readonly command: string
  /** What the first argument can be. */
  readonly words: readonly { readonly word: string; readonly help: string }[]
  /** Whether other arguments are files. */
  readonly takesFiles: boolean
  readonly flags: readonly CompletionFlag[]
}

const HELP: CompletionFlag = {
  names: ['--help'],
  help: 'print how it is used',
  takes: 'nothing',
  choices: [],
  isRepeatable: false,
}

/** What can be typed after each sub-command, and first what can be typed without one. */
export function completionContexts(flags: readonly Flag[]): CompletionContext[] {
  const own = flags.flatMap((flag) => formsOf(flag)).map((form) => toCompletion(form))
  const plain = {
    command: '',
    words: SUB_COMMANDS.map(({ name, help }) => ({ word: name, help })),
    takesFiles: false,
    flags: [...own, ...HELP_FLAGS.map((form) => toCompletion(form))],
  }
  const others = SUB_COMMANDS.map(({ name, words, takesFiles, takesRunFlags, flags: rows }) => ({
    command: name,
    words: words.map((word) => ({ word, help: '' })),
    takesFiles,
    flags: [
      ...rows.map(({ name: flag, help, choices }): CompletionFlag => ({
        names: [`--${flag}`],
        help,
        takes: choices === null ? 'text' : 'word',
        choices: choices ?? [],
        isRepeatable: false,
      })),
      ...(takesRunFlags ? own : []),
      HELP,
    ],
  }))
  return [plain, ...others]
}

function toCompletion(form: FlagHelp): CompletionFlag {
  const { short, long, help, choices, isRepeatable, isFile, takesValue } = form
  const takes = !takesValue ? 'nothing' : choices !== null ? 'word' : isFile ? 'file' : 'text'
  const names = [short, long].filter((name) => name !== null)
  return { names: [...new Set(names)], help, takes, choices: choices ?? [], isRepeatable }
}
