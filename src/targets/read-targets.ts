import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { getSystemErrorMessage } from 'node:util'
import { characterCount } from '../settings/line-index.ts'
import { limitBytes, inputBytes, MAX_LIST_BYTES } from './input-file.ts'
import { parseLine } from './parse-line.ts'
import { LineSplitter } from './line-splitter.ts'
import { redactName } from '../settings/quote.ts'
import type { Target } from './target.ts'
import { parseUrl } from '../settings/url.ts'

/** Where URLs come from, in the order in which they are read. */
export interface TargetSources {
  /** URLs given as arguments. */
  readonly urls: readonly string[]
  /** Paths of lists; `-` is standard input. */
  readonly files: readonly string[]
  /** The stream that `-` stands for. */
  readonly stdin: Readable
  /** Whether FIFOs are read. Default: true. */
  readonly allowPipes?: boolean
}

/** Receives what is read, in order and with duplicates. */
export interface TargetSink {
  target(target: Target): void
  /**
   * Takes a line that is nothing but a URL that was checked before, and returns true; any other line is parsed and given to
   * `target`. Most lines of a list that is read again are such, and parsing them would take most of the time.
   */
  acceptKnown?(line: string): boolean
  /**
   * Receives the problems of one target for standard error: `FILE:LINE: reason` or `FILE:LINE:COLUMN: reason`, one per line, without
   * a line break at the end. They are escaped and hold no credentials or values.
   */
  invalid(line: string): void
}

/** A list that can't be read. The message says why. */
export class ListError extends Error {
  /** The path or URL as messages show it, or `stdin`; with line and column if they are known. */
  readonly file: string
  constructor(file: string, why: string, cause?: unknown) {
    super(`${file}: ${why}`, { cause })
    this.name = 'ListError'
    this.file = file
  }
}

/**
 * Passes every Target of `sources` to `sink` as it is read, in chunks. Rejects with a ListError if a list can't be read; the Targets
 * before the error have been passed on by then.
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
        dirname(file),
      )
    else if (stdinRead) throw new ListError('stdin', 'can be read only once')
    else {
      stdinRead = true
      await readList(limitBytes(MAX_LIST_BYTES, sources.stdin), 'stdin', sink)
    }
  }
  return { endsWithNewline }
}

async function readList(
  bytes: AsyncIterable<Buffer>,
  name: string,
  sink: TargetSink,
  directory?: string,
): Promise<boolean> {
  let line = 0
  const splitter = new LineSplitter((read) => {
    line++
    if (typeof read === 'string') handleLine(read, { name, number: line, directory }, sink)
    else sink.invalid(`${name}:${line}: ${read.why}`)
  })
  for await (const chunk of wrapReadErrors(bytes, name)) splitter.push(chunk)
  return splitter.end()
}

/** Passes the bytes on and converts errors of their source to ListErrors. Errors of the sink stay as they are. */
export async function* wrapReadErrors(bytes: AsyncIterable<unknown>, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes) yield chunk as Buffer
  } catch (cause) {
    if (cause instanceof ListError) throw cause
    throw new ListError(name, describeError(cause), cause)
  }
}

function handleLine(
  text: string,
  { name, number, directory }: { name: string; number: number; directory: string | undefined },
  sink: TargetSink,
): void {
  if (sink.acceptKnown?.(text) === true) return
  const line = parseLine(text, directory)
  if (line === null) return
  if ('url' in line) return sink.target(line)
  const place = `${name}:${number}`
  const messages = line.problems.map(({ at, why }) =>
    at === null ? `${place}: ${why}` : `${place}:${characterCount(text.slice(0, at)) + 1}: ${why}`,
  )
  sink.invalid(messages.join('\n'))
}

/** The message of an error for a person: that of the operating system if it has one. */
export function describeError(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return describeError(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  const { errno } = cause as NodeJS.ErrnoException
  return errno === undefined ? cause.message : getSystemErrorMessage(errno)
}
