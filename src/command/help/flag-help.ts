import type { Flag } from '../../settings/flag.ts'

/** One form of a flag, as help and completion show it. */
export interface FlagHelp {
  /** `-i, --interval <duration>` */
  readonly usage: string
  /** `-i`; null: it has only its long name. */
  readonly short: string | null
  /** `--interval`, `--no-recheck` */
  readonly long: string
  /** `duration`; null: there is no value. */
  readonly placeholder: string | null
  /** Whether a value has to follow. */
  readonly takesValue: boolean
  /** What it does, without its default. */
  readonly help: string
  /** Its default; null: none, or the help says it. */
  readonly initial: string | null
  readonly choices: readonly string[] | null
  readonly isRepeatable: boolean
  /** Whether its value is the path of a file. */
  readonly isFile: boolean
}

/** The flags for help itself. */
export const HELP_FLAGS: readonly FlagHelp[] = [
  own('-v, --version', 'print the version'),
  own('-h', 'print the flags that most people use, with examples'),
  own(
    '--help [word]',
    'print all flags, or the flags, commands and keys of a configuration about a word, as in --help webhook',
  ),
]

/** The forms of a flag: a switch that is on by default has two. */
export function formsOf(flag: Flag): FlagHelp[] {
  const { usage, help, initialText, choices, takes, name, offHelp } = flag
  const form = {
    ...own(usage, help),
    initial: initialText,
    choices,
    isRepeatable: takes === 'values',
    isFile: takes === 'path' || /<(?:list|file\[:format\])>$/.test(usage),
  }
  return offHelp === null ? [form] : [form, own(`--no-${name}`, offHelp)]
}

function own(usage: string, help: string): FlagHelp {
  const [, short = null] = /^(-[A-Za-z0-9])\b/.exec(usage) ?? []
  return {
    usage,
    short,
    long: /--[a-z0-9-]+/.exec(usage)?.[0] ?? usage,
    placeholder: / [<[](.*)[>\]]$/.exec(usage)?.[1] ?? null,
    takesValue: usage.endsWith('>'),
    help,
    initial: null,
    choices: null,
    isRepeatable: false,
    isFile: false,
  }
}

/** What help says of it: with its choices and its default. */
export function describeFlag({ help, choices, initial }: FlagHelp): string {
  const facts = [
    ...(choices === null ? [] : [`one of ${choices.join(', ')}`]),
    ...(initial === null ? [] : [`default: ${initial}`]),
  ]
  return facts.length === 0 ? help : `${help} (${facts.join('; ')})`
}
