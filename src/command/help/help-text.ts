import packageJson from '#package.json' with { type: 'json' }
import { GROUPS } from '../../settings/flag.ts'
import type { Flag } from '../../settings/flag.ts'
import { quote } from '../../settings/quote.ts'
import { SCHEME_LIST } from '../../settings/schemes.ts'
import { configKeyRows } from './config-help.ts'
import { describeFlag, formsOf, HELP_FLAGS } from './flag-help.ts'
import type { FlagHelp } from './flag-help.ts'
import { SUB_COMMANDS } from './sub-commands.ts'
import { helpRows, usageWidthOf, wrap } from './wrap.ts'
import type { HelpRow } from './wrap.ts'

const USAGE = 'Usage: headcount [options] [url...]\n       headcount COMMAND ...\n'

const NOTES = [
  'Durations: 250ms, 1.5s, 2m, 1h. To turn a switch off, put no- before its name.',
  'Every flag can also be set by an environment variable, HEADCOUNT_<NAME>, and in the configuration.',
  'Most flags about polls (Schedule, Request, Verdict, TLS, Network) are also settings of one URL: they follow it on a line of a list, without dashes, as labels do: https://a.example/ interval=10s accept=2xx,404 label.team=web',
  `Schemes of URLs: ${SCHEME_LIST}.`,
  'Signals: SIGTERM and SIGINT end the run, a second one at once; SIGHUP reads the lists again, and ends a run that has nothing to read or reopen; SIGUSR2 prints the state.',
]

const CONFIGURATION = 'Keys of a configuration (headcount init writes one to start from)'

interface Section {
  readonly title: string
  readonly rows: readonly HelpRow[]
}

/** What `--help` prints of a word, or all of it without one. Null: there is nothing about the word. */
export function helpText(flags: readonly Flag[], word: string | null, width: number): string | null {
  return word === null ? fullHelp(flags, width) : searchHelp(flags, word, width)
}

/** All of the help: `--help`. `width`: the most characters of a line. */
export function fullHelp(flags: readonly Flag[], width: number): string {
  const about = wrap(packageJson.description, width).join('\n')
  return `${USAGE}\n${about}\n\n${sectionText(
    sectionsOf(flags, () => true),
    width,
  )}\n${notesText(NOTES, width)}`
}

function notesText(notes: readonly string[], width: number): string {
  return notes.flatMap((note) => wrap(note, width).map((line) => `${line}\n`)).join('')
}

/** The flags, groups, commands, keys of a configuration and notes that have to do with a word: `--help WORD`. Null: none has. */
export function searchHelp(flags: readonly Flag[], word: string, width: number): string | null {
  const wanted = word.toLowerCase().replace(/^-+/, '')
  const keys = configKeyRows(new Set(flags.map(({ name }) => name)))
  for (const fits of WAYS_TO_FIT) {
    const anyFits = (...texts: readonly string[]) => texts.some((text) => fits(text.toLowerCase(), wanted))
    const sections = [
      ...sectionsOf(flags, anyFits),
      { title: CONFIGURATION, rows: keys.filter(({ usage, help }) => anyFits(usage, help)) },
    ].filter(({ rows }) => rows.length > 0)
    const notes = NOTES.filter((note) => anyFits(note))
    if (sections.length + notes.length === 0) continue
    return [sectionText(sections, width), notesText(notes, width)].filter((text) => text !== '').join('\n')
  }
  return null
}

/** How a text has to do with a word: it has that word, or its plural; else, it has words that begin so. The first way that finds something counts. */
const WAYS_TO_FIT: readonly ((text: string, wanted: string) => boolean)[] = [
  (text, wanted) =>
    wordsOf(text).some((word) => word === wanted || word === `${wanted}s`) ||
    (/[^\da-z]/.test(wanted) && text.includes(wanted)),
  // Two letters begin many words that have nothing to do with them.
  (text, wanted) => wanted.length > 2 && wordsOf(text).some((word) => word.startsWith(wanted)),
]

function wordsOf(text: string): string[] {
  return text.split(/[^\da-z]+/)
}

/** What is said of a word that nothing has to do with. */
export function nothingFound(word: string): string {
  return `error: --help: no flag, command or key of a configuration has to do with ${quote(word)} (--help lists the flags; headcount man is the whole manual)`
}

function sectionText(sections: readonly Section[], width: number): string {
  const usageWidth = usageWidthOf(sections.flatMap(({ rows }) => rows))
  return sections.map(({ title, rows }) => `${title}:\n${helpRows(rows, width, usageWidth)}`).join('\n')
}

/** The sections, of the rows for whose texts `fits` is true. */
function sectionsOf(flags: readonly Flag[], fits: (...texts: readonly string[]) => boolean): Section[] {
  const commands = {
    title: 'Commands (headcount COMMAND --help says more of them)',
    rows: SUB_COMMANDS.map(({ name, usage, help }) => ({ usage: `${name} ${usage}`.trimEnd(), help })).filter(
      ({ usage, help }) => fits(usage, help),
    ),
  }
  const groups = GROUPS.map((group) => ({
    title: group,
    rows: rowsOf(
      flags.filter((flag) => flag.group === group).flatMap((flag) => formsOf(flag)),
      (...texts) => fits(group, ...texts),
    ),
  }))
  const help = { title: 'Help', rows: rowsOf(HELP_FLAGS, fits) }
  return [commands, ...groups, help].filter(({ rows }) => rows.length > 0)
}

function rowsOf(forms: readonly FlagHelp[], fits: (...texts: readonly string[]) => boolean): HelpRow[] {
  return forms
    .map((form) => ({
      usage: form.short === null ? `    ${form.usage}` : form.usage,
      help: describeFlag(form),
    }))
    .filter(({ usage, help }) => fits(usage, help))
}
