import type { StateMap } from '../../state/state-map.ts'
import { worstFirst } from '../../state/worst-first.ts'
import { escapeText } from './escape.ts'
import type { Printer, Sink } from './printer.ts'
import { resultText } from './result-text.ts'
import { statusText } from './state-text.ts'
import type { Summary } from './summary.ts'

/** GitHub takes 1 MiB of a summary: so many rows of the longest texts fit. */
const MAX_ROWS = 500

/** Maximum length of a text from a server, in UTF-16 units. */
const MAX_TEXT_LENGTH = 200

/** Prints counts and a table of the URLs that are not up in Markdown, at the end. */
export class MarkdownPrinter implements Printer {
  readonly #out: Sink

  constructor(out: Sink) {
    this.#out = out
  }

  finish(_summary: Summary, map: StateMap): Promise<void> {
    const rows: string[] = []
    for (const id of worstFirst(map, { up: false, changed: false })) {
      if (rows.length === MAX_ROWS) break
      const latest = map.get(id)
      const what = latest.verdict === 'pending' ? 'not polled' : statusText(latest, MAX_TEXT_LENGTH)
      rows.push(`| ${latest.verdict} | ${escapeCell(latest.url)} | ${escapeCell(what)} |\n`)
    }
    this.#out.write(`### headcount\n\n${resultText(map)}\n`)
    if (rows.length > 0)
      this.#out.write(`\n| verdict | URL | reason |\n| --- | --- | --- |\n${rows.join('')}`)
    const left = map.size - map.counts.up - rows.length
    if (left > 0) this.#out.write(`\nand ${left} more\n`)
    return Promise.resolve()
  }
}

/** Escapes what is markup: a text of a server is only text. */
function escapeCell(text: string): string {
  return escapeText(text, Number.POSITIVE_INFINITY).replace(
    /[\\`*_{}[\]<>#|~&@!]/g,
    (c) => `&#${c.codePointAt(0)};`,
  )
}
