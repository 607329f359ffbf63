import packageJson from '#package.json' with { type: 'json' }
import { GROUPS } from '../../settings/flag.ts'
import type { Flag } from '../../settings/flag.ts'
import { describeFlag, formsOf, HELP_FLAGS } from './flag-help.ts'
import type { FlagHelp } from './flag-help.ts'
import { SUB_COMMANDS } from './sub-commands.ts'
import { wrap } from './wrap.ts'

/** The day of the last change of what the page says by hand, as mdoc(7) writes days. */
const DAY = 'November 26, 2026'

/** What an exit code means, in a few words; docs/reference.md says more. */
const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'Stopped cleanly; with --once, every URL is up.'],
  [1, 'It could not go on, or with --once, some results are missing.'],
  [2, 'With --once, some URL is not up.'],
  [3, 'Bad flags, a list that cannot be read, or no valid URL; with --check, a mistake was found.'],
  [4, 'With --plan, this machine cannot keep the schedule.'],
]

const EXAMPLES: readonly (readonly [what: string, command: string])[] = [
  ['Poll a list every five seconds, in a table:', 'headcount -i 5s -f urls.txt'],
  ['Poll it once, with a report for a CI system:', 'headcount --once --format junit -f urls.txt'],
  ['Poll what a configuration says, with a page on port 9115:', 'headcount -c headcount.yml --listen 9115'],
]

/** The manual page, headcount(1), in mdoc(7): what `headcount man` prints. */
export function manPage(flags: readonly Flag[]): string {
  return [
    `.Dd ${DAY}`,
    '.Dt HEADCOUNT 1',
    '.Os',
    '.Sh NAME',
    '.Nm headcount',
    '.Nd poll every URL on a list and report which of them answer',
    '.Sh SYNOPSIS',
    '.Nm',
    '.Op Ar options',
    '.Op Ar url ...',
    ...SUB_COMMANDS.flatMap(({ name, usage }) => [
      '.Nm',
      // A word that is only a bar would be a delimiter.
      `.Cm ${name}${usage === '' ? '' : ` Ar ${escape(usage).replaceAll(' | ', String.raw` \&| `)}\\&`}`,
    ]),
    '.Sh DESCRIPTION',
    ...sentences(packageJson.description),
    ...sentences(
      'URLs are arguments, lines of lists or those of a configuration. On a terminal the results are a table, which q ends, ' +
        'and elsewhere a log. A URL is up, down, or unknown when the fault is on this side.',
    ),
    '.Sh COMMANDS',
    ...list(SUB_COMMANDS.map(({ name, help }) => [`Cm ${name}`, help])),
    '.Sh OPTIONS',
    'Durations are written 250ms, 1.5s, 2m or 1h.',
    'To turn a switch off, put no- before its name.',
    ...GROUPS.flatMap((group) =>
      section(
        group,
        flags.filter((flag) => flag.group === group).flatMap((flag) => formsOf(flag)),
      ),
    ),
    ...section('Help', HELP_FLAGS),
    '.Sh ENVIRONMENT',
    ...sentences(
      'Every option can be set by a variable, HEADCOUNT_ and its name: HEADCOUNT_STATUS_INTERVAL=1m, HEADCOUNT_KEEP_ALIVE=1 or 0. ' +
        'The command line comes before the environment, and that before the configuration.',
    ),
    '.Sh EXIT STATUS',
    ...list(EXIT_CODES.map(([code, meaning]) => [String(code), meaning])),
    '.Sh EXAMPLES',
    ...EXAMPLES.flatMap(([what, command]) => ['.Pp', escape(what), `.Dl ${escape(command)}`]).slice(1),
    '',
  ].join('\n')
}

function section(heading: string, forms: readonly FlagHelp[]): string[] {
  return [`.Ss ${heading}`, ...list(forms.map((form) => [headOf(form), describeFlag(form)]))]
}

/** The flags without their dashes, as mdoc wants them: `Fl i , Fl -interval Ar duration`. */
function headOf({ short, long, placeholder }: FlagHelp): string {
  const names = [...(short === null || short === long ? [] : [short]), long]
  const words = names.map((name) => `Fl ${escape(name.slice(1))}`).join(' , ')
  return placeholder === null ? words : `${words} Ar ${quoted(placeholder)}`
}

function list(rows: readonly (readonly [head: string, text: string])[]): string[] {
  return ['.Bl -tag -width Ds', ...rows.flatMap(([head, text]) => [`.It ${head}`, ...sentences(text)]), '.El']
}

/** A text with each sentence on lines of its own, as mdoc wants it, that are short enough for `mandoc -T lint`. */
function sentences(text: string): string[] {
  const whole = /[.)]$/.test(text) ? text : `${text}.`
  return whole
    .split(/(?<=\.) (?=[A-Z])/)
    .flatMap((sentence) => wrap(sentence, 70))
    .map((line) => escape(line))
}

/** An argument of a macro, quoted if it has more than one word. */
function quoted(text: string): string {
  return text.includes(' ') ? `"${escape(text)}"` : escape(text)
}

/** A text without what roff would interpret: backslashes, and a dot or a quote at its beginning. */
function escape(text: string): string {
  const plain = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
  return /^[.']/.test(plain) ? `\\&${plain}` : plain
}
