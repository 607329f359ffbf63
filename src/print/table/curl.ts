import { curlCommand, quote } from '../text/curl-command.ts'
import { escapeText } from '../text/escape.ts'
import type { DetailPage } from './view.ts'
import { textWidth, truncateTo } from './width.ts'

/** Ends a line of a command that goes on. */
const GOES_ON = ' \\'

/** The command line of curl that asks for a URL as its last poll did, in lines that a shell takes as one command. */
export function curlLines({ latest, states, settings, runSettings }: DetailPage, columns: number): string[] {
  const [newest] = states
  const own = settings === '' ? [] : settings.split('\n')
  const command = curlCommand({
    url: latest.url,
    method: newest === undefined || newest.method === '' ? null : newest.method,
    redirects: newest?.redirects ?? null,
    settings: [...withoutNames(runSettings, own), ...own],
  })
  if (command === null) return ['none: it is not polled by HTTP']
  const about = command.isSame
    ? []
    : ['about the same request: curl has no word for all of it, or it is not known']
  const hidden = command.text.includes('…') ? ['… stands for what is not shown'] : []
  return [
    ...commandLines(command.words, columns),
    ...[...about, ...hidden].map((line) => truncateTo(`# ${line}`, columns)),
  ]
}

/** The settings of the run that a URL does not have for itself. */
function withoutNames(run: readonly string[], own: readonly string[]): string[] {
  const names = new Set(own.map(nameOf))
  return run.filter((setting) => !names.has(nameOf(setting)))
}

function nameOf(setting: string): string {
  return setting.slice(0, Math.max(0, setting.indexOf('='))).toLowerCase()
}

function commandLines(words: readonly string[], columns: number): string[] {
  const width = columns - GOES_ON.length
  const lines: string[] = []
  for (const word of words.map((one) => escapeText(one, Number.POSITIVE_INFINITY))) {
    const line = lines.at(-1)
    const parts = partsOf(word, width)
    const [first = ''] = parts
    if (line !== undefined && textWidth(line) + 1 + textWidth(first) <= width && parts.length === 1)
      lines[lines.length - 1] = `${line} ${first}`
    else {
      if (line !== undefined) lines[lines.length - 1] = line + GOES_ON
      // A word over several lines has no blank before the backslash.
      lines.push(...parts.map((part, n) => (n < parts.length - 1 ? `${part}\\` : part)))
    }
  }
  return lines
}

/** A word in quoted parts that fit a line. */
function partsOf(word: string, width: number): string[] {
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (part !== '' && textWidth(quote(part + character)) >= width) {
      parts.push(quote(part))
      part = ''
    }
    part += character
  }
  return [...parts, quote(part)]
}
