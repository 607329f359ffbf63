import type { Readable } from 'node:stream'
import { getSystemErrorMessage } from 'node:util'
import { characterCount } from '../settings/line-index.ts'
import { limitBytes, inputBytes, MAX_LIST_BYTES } from './input-file.ts'
import { parseLine } from './parse-line.ts'
import { LineSplitter } from './line-splitter.ts'
import { redactName } from '../settings/quote.ts'
import type { Target } from './target.ts'
import { parseUrl } from './url.ts'

/** Where URLs come from, read in this order. */
export interface TargetSources {
  /** URLs given as arguments. */
  readonly urls: readonly string[]
  /** Paths of lists; `-` is standard input. */
  readonly files: readonly string[]
  /** What `-` reads. */
  readonly stdin: Readable
  /** False refuses FIFOs; without it they are read. */
  readonly allowPipes?: boolean
}

/** Takes what is read, in its order, duplicates included. */
export interface TargetSink {
  target(target: Target): void
  /**
   * Takes a line that is, as it is, a URL that was checked before, with nothing said of it: a list that is read again has
   * mostly such, and checking them takes most of the time. False for any other line, which is given as a Target then.
   */
  acceptKnown?(line: string): boolean
  /**
   * What is wrong with one target, for standard error: `FILE:LINE: why` or `FILE:LINE:COLUMN: why`, escaped, without
   * credentials and values; several lines where several things are, the last without its line break.
   */
  invalid(line: string): void
}

/** A list that can't be read: a broken start, which the message explains to a person. */
export class ListError extends Error {
  /** The path or URL as it may be printed, or `stdin`; with line and column, where they are known. */
  readonly file: string
  constructor(file: string, why: string, cause?: unknown) {
    super(`${file}: ${why}`, { cause })
    this.name = 'ListError'
    this.file = file
  }
}

/**
 * Hands every Target of `sources` to `sink` as it is read: a list of any length passes through in chunks. Rejects with a
 * ListError when a list can't be read; what came before has been handed over by then.
 */
export async function readTargets(
  sources: TargetSources,
  sink: TargetSink,
): Promise<{ endsWithNewline: boolean }> {
  let endsWithNewline = true
  for (const [index, text] of sources.urls.entries()) {
    const parsed = parseUrl(text)
    if ('url' in parsed) sink.target({ url: parsed.url, overrides: null, labels: null })
    else sink.invalid(`argument ${index + 1}: ${parsed.why}`)
  }
  let stdinRead = false
  for (const file of sources.files) {
    if (file !== '-')
      endsWithNewline = await readList(
        inputBytes(file, MAX_LIST_BYTES, sources.allowPipes),
        redactName(file),
        sink,
      )
    else if (stdinRead) throw new ListError('stdin', 'can be read only once')
    else {
      stdinRead = true
      await readList(limitBytes(MAX_LIST_BYTES, sources.stdin), 'stdin', sink)
    }
  }
  return { endsWithNewline }
}

async function readList(bytes: AsyncIterable<Buffer>, name: string, sink: TargetSink): Promise<boolean> {
  let line = 0
  const splitter = new LineSplitter((read) => {
    line++
    if (typeof read === 'string') handleLine(read, name, line, sink)
    else sink.invalid(`${name}:${line}: ${read.why}`)
  })
  for await (const chunk of wrapReadErrors(bytes, name)) splitter.push(chunk)
  return splitter.end()
}

/** The same bytes; errors of their source become ListErrors here, so that an error of the sink does not. */
export async function* wrapReadErrors(bytes: AsyncIterable<unknown>, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes) yield chunk as Buffer
  } catch (cause) {
    if (cause instanceof ListError) throw cause
    throw new ListError(name, describeError(cause), cause)
  }
}

function handleLine(text: string, name: string, number: number, sink: TargetSink): void {
  if (sink.acceptKnown?.(text) === true) return
  const line = parseLine(text)
  if (line === null) return
  if ('url' in line) return sink.target(line)
  const place = `${name}:${number}`
  const messages = line.problems.map(({ at, why }) =>
    at === null ? `${place}: ${why}` : `${place}:${characterCount(text.slice(0, at)) + 1}: ${why}`,
  )
  sink.invalid(messages.join('\n'))
}

/** An error of the system for a person. */
export function describeError(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return describeError(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  const { errno } = cause as NodeJS.ErrnoException
  return errno === undefined ? cause.message : getSystemErrorMessage(errno)
}
