import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { completion } from './help/completion.ts'
import { CONFIG_NAME, INITIAL_CONFIG } from './help/initial-config.ts'
import { manPage } from './help/man-page.ts'
import { SHELLS, subCommand, usageText } from './help/sub-commands.ts'
import type { Helper } from './help/sub-commands.ts'
import { printText } from '../print/print-text.ts'
import { closestName } from '../settings/closest-name.ts'
import { quote, redactName } from '../settings/quote.ts'
import { describeError } from '../targets/read-targets.ts'
import { FLAGS } from './flag-table.ts'

/** What came of it: a text for standard output, or why not. */
type Result = { readonly text: string } | { readonly why: string }

/** Does what `headcount init`, `completion` or `man` is asked for, and returns the exit code. `argv`: what follows its name. */
export async function runHelper(
  name: Helper,
  argv: readonly string[],
  log: (lines: string) => void,
): Promise<0 | 1 | 3> {
  const result = argv.some((one) => one === '--help' || one === '-h')
    ? { text: usageText(subCommand(name)) }
    : ANSWERS[name](argv)
  if ('text' in result) return (await printText(result.text, log)) ? 0 : 1
  log(`error: ${name}: ${result.why}\n`)
  return 3
}

const ANSWERS: Readonly<Record<Helper, (argv: readonly string[]) => Result>> = {
  init,
  completion: complete,
  man,
}

function init([path = CONFIG_NAME, ...others]: readonly string[]): Result {
  if ([path, ...others].some((one) => one.startsWith('-')))
    return { why: `it has no flags; a file can follow: headcount init ${CONFIG_NAME}` }
  if (others.length > 0) return { why: `one file is enough: headcount init ${CONFIG_NAME}` }
  if (path === '') return { why: `the name of the file is empty: headcount init ${CONFIG_NAME}` }
  const name = redactName(path)
  try {
    writeNew(path, INITIAL_CONFIG)
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    const why = isThere
      ? 'it is there already: name another file, as in headcount init other.yml'
      : describeError(error)
    return { why: `${name}: ${why}` }
  }
  return { text: `${name} is written. Put your URLs into it, and poll them: headcount -c ${name}\n` }
}

/** Writes a file that is not there yet; all of it, or none. It may come to hold secrets. Throws as `openSync` and `writeSync` do. */
function writeNew(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o640)
  try {
    try {
      writeFileSync(fd, text)
    } finally {
      closeSync(fd) // Some file systems say only now that there was no room.
    }
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}

function complete([shell, ...others]: readonly string[]): Result {
  const known = SHELLS.find((one) => one === shell)
  if (known !== undefined && others.length === 0) return { text: completion(known, FLAGS) }
  if (shell === undefined || known !== undefined) return { why: `name one shell: ${SHELLS.join(', ')}` }
  const meant = closestName(shell, SHELLS)
  const hint = meant === null ? `there is one for ${SHELLS.join(', ')}` : `was ${meant} meant?`
  return { why: `no completion for ${quote(redactName(shell))}: ${hint}` }
}

function man(argv: readonly string[]): Result {
  return argv.length === 0
    ? { text: manPage(FLAGS) }
    : { why: 'nothing follows it: headcount man | man -l -' }
}
