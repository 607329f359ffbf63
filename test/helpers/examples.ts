/** An example in a document. */
export interface Example {
  readonly file: string
  /** The number of its line, from 1. */
  readonly line: number
  /** A command of a shell, which may have several lines. */
  readonly command: string
  /** What the document shows as its output; null: nothing. */
  readonly output: string | null
}

/** A fenced block, with a comment of HTML right before it, if there is one. */
const BLOCK = /(?:<!--\s*(?<mark>[^>]*?)\s*-->\s*\n+)?^```(?<kind>\w*)\n(?<text>[\s\S]*?)^```$/gm

/** A command in the running text. */
const INLINE = /`((?:headcount|jq) [^`]+)`/g

/**
 * The examples of a page in Markdown: each command of the blocks of kind `sh`, commands in the running text that begin with
 * `headcount` or `jq`, and commands that stand in a comment `output of: COMMAND` before the block that they print. Left out:
 * blocks after a comment `not run: WHY`, and what holds an ellipsis.
 */
export function examplesOf(file: string, page: string): Example[] {
  const examples: Example[] = []
  const lineAt = (index: number) => page.slice(0, index).split('\n').length
  const add = (command: string, line: number, output: string | null) => {
    if (!command.includes('…')) examples.push({ file, line, command, output })
  }
  for (const { index, groups } of page.matchAll(BLOCK)) {
    const { mark = '', kind, text } = groups as { mark?: string; kind: string; text: string }
    const of = /^output of: (.*)$/s.exec(mark)?.[1]
    if (of !== undefined) add(of, lineAt(index), text)
    else if (kind === 'sh' && !mark.startsWith('not run: '))
      for (const command of commandsOf(text)) add(command, lineAt(index), null)
  }
  // Blocks are blanked, not cut, so that lines keep their numbers.
  const prose = page.replaceAll(BLOCK, (block) => block.replaceAll(/[^\n]/g, ' '))
  for (const { index, 1: command } of prose.matchAll(INLINE)) add(command as string, lineAt(index), null)
  return examples
}

/** The commands of a script: a line each, with those that it goes on in. */
function commandsOf(script: string): string[] {
  const commands: string[] = []
  let open = ''
  for (const line of script.split('\n')) {
    open += `${open === '' ? '' : '\n'}${line}`
    const quotes = open.match(/'/g)?.length ?? 0
    if (quotes % 2 === 1 || /[|\\]\s*$/.test(line)) continue
    if (open.trim() !== '' && !open.startsWith('#')) commands.push(open)
    open = ''
  }
  return commands
}

/**
 * What two outputs of one command have in common. Of lines of JSON the keys and the kinds of values; of other text the words, with
 * numbers, URLs, times and the width of columns made equal.
 */
export function shapeOf(text: string): string {
  const json = objectsOf(text)
  if (json !== null) return [...new Set(json.map((value) => JSON.stringify(kindsOf(value))))].join('\n')
  return text
    .replaceAll(/https?:\/\/[^\s:;,]+(:\d+)?[^\s:;,]*/g, 'URL')
    .replaceAll(/\d[\d.,:]*/g, '0')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
}

/** Objects of JSON, each of which may be broken into lines; null: it is something else. */
function objectsOf(text: string): unknown[] | null {
  if (!text.trimStart().startsWith('{')) return null
  const lines = text.trim().split('\n')
  const joined: string[] = []
  for (const line of lines) {
    if (line.startsWith('{')) joined.push(line)
    else joined.push(`${joined.pop() ?? ''}${line}`)
  }
  return joined.map((line) => JSON.parse(line) as unknown)
}

function kindsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [kindsOf(value[0])]
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, kindsOf(one)]))
}
