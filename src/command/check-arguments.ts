import { existsSync, statSync } from 'node:fs'
import { SUB_COMMANDS } from './help/sub-commands.ts'
import { closestName } from '../settings/closest-name.ts'
import { redactName } from '../settings/quote.ts'
import { parseUrl } from '../settings/url.ts'

/** What other programs have as commands. */
const AS_FLAGS = ['help', 'version']

/** The name or the path of a list or a configuration: no top-level domain is called so. */
const FILE_NAME = /^[^:?#@\0]+\.(?:txt|lst|list|csv|json|ya?ml|xml)$/i

/**
 * Why an argument that is no URL was most likely meant as something else: a file, or a sub-command. Null: no argument was. Other invalid
 * URLs are reported where lists are read.
 */
export function misplacedArgument(urls: readonly string[]): string | null {
  for (const [index, text] of urls.entries()) {
    if ('url' in parseUrl(text)) continue
    const why = (index === 0 ? commandHint(text) : null) ?? fileHint(text)
    if (why !== null) return `error: argument ${index + 1}: ${why}`
  }
  return null
}

function commandHint(text: string): string | null {
  const names = SUB_COMMANDS.map(({ name }) => name)
  const meant = /^[a-z-]{2,20}$/.test(text) ? closestName(text, [...names, ...AS_FLAGS]) : null
  if (meant === null) return null
  if (AS_FLAGS.includes(meant)) return `neither a URL nor a command: was headcount --${meant} meant?`
  return names.includes(text)
    ? `${text} has to be the first argument`
    : `neither a URL nor a command: was ${meant} meant?`
}

function fileHint(text: string): string | null {
  if (FILE_NAME.test(text) && !existsSync(text))
    return `a URL begins with https:// or http://; a list would be read with -f, but there is no file ${redactName(text)}`
  if (!existsSync(text) || statSync(text, { throwIfNoEntry: false })?.isFile() !== true) return null
  const name = redactName(text)
  const asConfig = /\.ya?ml$/i.test(text) ? `; if it is a configuration, with -c ${name}` : ''
  return `it is a file: read it as a list with -f ${name}${asConfig}`
}
