import { existsSync, statSync } from 'node:fs'
import { SUB_COMMANDS } from './help/sub-commands.ts'
import { closestName } from '../settings/closest-name.ts'
import { redactName } from '../settings/quote.ts'
import { URL_SETTINGS } from '../settings/url-setting-table.ts'
import { parseUrl } from '../settings/url.ts'

/** What other programs have as commands. */
const AS_FLAGS = ['help', 'version']

/** A setting as on a line of a list, alone or behind a URL: `accept=503`, `https://a.example/ label.team=web`. */
const SETTING = /^(?:[a-z][a-z0-9+.-]*:\/\/\S+\s+)?(?<key>[a-z][a-z0-9-]*)(?:\.[^=\s]+)?=/i

/** The name or the path of a list or a configuration: no top-level domain is called so. */
const FILE_NAME = /^[^:?#@\0]+\.(?:txt|lst|list|csv|json|ya?ml|xml)$/i

/**
 * Why an argument that is no URL was most likely meant as something else: a file, a sub-command, or a setting. Null: no argument was. Other invalid
 * URLs are reported where lists are read.
 */
export function misplacedArgument(urls: readonly string[]): string | null {
  for (const [index, text] of urls.entries()) {
    if ('url' in parseUrl(text)) continue
    const why = (index === 0 ? commandHint(text) : null) ?? settingHint(text) ?? fileHint(text)
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

/** The value is not quoted: it may be a secret. */
function settingHint(text: string): string | null {
  const key = SETTING.exec(text)?.groups?.['key']?.toLowerCase()
  if (key === 'label') return 'a label follows a URL on a line of a list, not on the command line'
  if (!URL_SETTINGS.some(({ name }) => name === key)) return null
  return `on the command line a setting is a flag, --${key}, for all URLs; without dashes it follows a URL on a line of a list`
}

function fileHint(text: string): string | null {
  if (FILE_NAME.test(text) && !existsSync(text))
    return `a URL begins with https:// or http://; a list would be read with -f, but there is no file ${redactName(text)}`
  if (!existsSync(text) || statSync(text, { throwIfNoEntry: false })?.isFile() !== true) return null
  const name = redactName(text)
  const asConfig = /\.ya?ml$/i.test(text) ? `; if it is a configuration, with -c ${name}` : ''
  return `it is a file: read it as a list with -f ${name}${asConfig}`
}
