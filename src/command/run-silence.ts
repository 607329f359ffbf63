import { userInfo } from 'node:os'
import { subCommand } from './help/sub-commands.ts'
import { printText } from '../print/print-text.ts'
import { parseLongDuration } from '../settings/durations.ts'
import { quote } from '../settings/quote.ts'
import { askServer } from './alert-server.ts'
import { silenceTable } from './alert-table.ts'
import type { AnsweredSilence } from './alert-table.ts'
import { isSilenceId, isSilenceList } from './answer-shape.ts'
import { readSubCommandLine } from './sub-command-line.ts'

type Log = (lines: string) => void

/** What is asked of the API, and the text that its answer is shown as. */
interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly query: URLSearchParams
  /** Whether an answer is one of headcount. */
  readonly isAnswer: (answer: object) => boolean
  show(answer: unknown): string
}

/**
 * Does what `headcount silence` is asked for. `argv`: what follows its name. Returns the exit code: 0; 1 if the server does not do it, or the
 * output could not be written; 3 for a mistake on the command line.
 */
export async function runSilence(
  argv: readonly string[],
  log: Log,
  env: NodeJS.ProcessEnv = process.env,
): Promise<0 | 1 | 3> {
  const line = readSubCommandLine(subCommand('silence'), argv)
  if (line.type === 'help') return (await printText(line.text, log)) ? 0 : 1
  if (line.type === 'mistake') return mistake(line.why, log)
  const question = questionOf(line.words, line.flags)
  if (typeof question === 'string') return mistake(question, log)
  const { flags } = line
  const answer = await askServer('silence', flags.get('server'), env, log, (server) =>
    server.ask(question.method, 'silences', question.query, question.isAnswer),
  )
  if (typeof answer === 'number') return answer
  const text = flags.get('format') === 'json' ? `${JSON.stringify(answer)}\n` : question.show(answer)
  return (await printText(text, log)) ? 0 : 1
}

function mistake(why: string, log: Log): 3 {
  log(`error: silence: ${why}\n`)
  return 3
}

/** The flags that say something of a new silence. */
const OF_A_NEW_ONE = ['for', 'author', 'comment']

/** What is to be asked; a text: what is wrong with the command line. */
function questionOf(words: readonly string[], flags: ReadonlyMap<string, string>): Question | string {
  const end = flags.get('end')
  const stray = OF_A_NEW_ONE.find((name) => flags.has(name))
  if (end !== undefined) {
    if (stray !== undefined) return `--${stray} has no effect with --end`
    if (words.length > 0 || flags.has('url')) return '--end ends one silence by its id: nothing else follows'
    return {
      method: 'DELETE',
      query: new URLSearchParams({ id: end }),
      isAnswer: isSilenceId,
      show: () => '',
    }
  }
  if (words.length > 0 || flags.has('url')) return newSilence(words, flags)
  if (stray !== undefined)
    return `--${stray} is for a new silence: say of which alerts, such as headcount silence team=web --for 2h`
  return {
    method: 'GET',
    query: new URLSearchParams(),
    isAnswer: isSilenceList,
    show(answer) {
      const { silences } = answer as { readonly silences: readonly AnsweredSilence[] }
      return silences.length === 0 ? 'no silences\n' : silenceTable(silences, Date.now())
    },
  }
}

function newSilence(words: readonly string[], flags: ReadonlyMap<string, string>): Question | string {
  const query = new URLSearchParams()
  const url = flags.get('url')
  if (url !== undefined) query.set('u', url)
  for (const word of words) {
    // As in a list: label.team=web.
    const [, label, value = ''] = /^(?:label\.)?([^=]+)=(.*)$/s.exec(word) ?? []
    if (label === undefined) return `${quote(word)} is not LABEL=VALUE, such as team=web`
    query.append(`label.${label}`, value)
  }
  const lasts = flags.get('for')
  if (lasts === undefined) return 'say how long it lasts, such as --for 2h'
  try {
    parseLongDuration(lasts)
  } catch (error) {
    return `--for: ${(error as Error).message}`
  }
  query.set('for', lasts)
  const author = flags.get('author') ?? loginName()
  if (author === '') return 'say who you are: --author NAME'
  query.set('author', author)
  query.set('comment', flags.get('comment') ?? '')
  return {
    method: 'POST',
    query,
    isAnswer: isSilenceId,
    show: (answer) => `${(answer as { readonly id: string }).id}\n`,
  }
}

/** '' if this user has no name, as in some containers. */
function loginName(): string {
  try {
    return userInfo().username
  } catch {
    return '' // It must be given.
  }
}
