import { usageText } from './help/sub-commands.ts'
import type { SubCommand } from './help/sub-commands.ts'
import { closestName } from '../settings/closest-name.ts'
import { quote, redactName } from '../settings/quote.ts'

/** What follows the name of a sub-command: its help is asked for, there is a mistake, or flags by name and the other arguments. */
export type SubCommandLine =
  | { readonly type: 'help'; readonly text: string }
  | { readonly type: 'mistake'; readonly why: string }
  | {
      readonly type: 'line'
      readonly flags: ReadonlyMap<string, string>
      readonly words: readonly string[]
    }

/** Reads the command line of a sub-command whose flags all have a value: `--for 2h` or `--for=2h`, before or after other arguments. */
export function readSubCommandLine(command: SubCommand, argv: readonly string[]): SubCommandLine {
  if (argv.some((one) => one === '--help' || one === '-h')) return { type: 'help', text: usageText(command) }
  const flags = new Map<string, string>()
  const words: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] as string
    if (!/^-./.test(argument)) {
      words.push(argument)
      continue
    }
    const [, name = '', inline] = /^--([^=]*)(?:=(.*))?$/s.exec(argument) ?? []
    const known = command.flags.find((flag) => flag.name === name)
    if (known === undefined) return mistake(unknownFlag(command, argument, name))
    const value = inline ?? argv[++at] ?? ''
    if (value === '' || (inline === undefined && value.startsWith('--')))
      return mistake(`--${name} needs a value`)
    if (flags.has(name)) return mistake(`--${name} is there twice`)
    if (known.choices !== null && !known.choices.includes(value))
      return mistake(`--${name}: unknown value ${quote(value)} (known: ${known.choices.join(', ')})`)
    flags.set(name, value)
  }
  return { type: 'line', flags, words }
}

function unknownFlag({ name: command, flags }: SubCommand, argument: string, name: string): string {
  const meant = closestName(
    name,
    flags.map((flag) => flag.name),
  )
  const hint = meant === null ? `see headcount ${command} --help` : `was --${meant} meant?`
  return `unknown option ${quote(redactName(argument.replace(/=.*$/s, '')))}: ${hint}`
}

function mistake(why: string): SubCommandLine {
  return { type: 'mistake', why }
}
