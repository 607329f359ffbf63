import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { getSystemErrorMessage } from 'node:util'
import { parseLine } from './line.ts'
import { LineSplitter } from './lines.ts'
import { shownName } from './quote.ts'
import type { Target } from './target.ts'
import { parseUrl } from './url.ts'
import type { Parsed } from './url.ts'

/** Bytes read at once from a file. */
const CHUNK = 256 * 1024

/** Where URLs come from, read in this order. */
export interface Sources {
  /** URLs given as arguments. */
  readonly urls: readonly string[]
  /** Paths of lists; `-` is standard input. */
  readonly files: readonly string[]
  /** What `-` reads. */
  readonly stdin: Readable
}

/** Takes what is read, in its order, duplicates included. */
export interface TargetSink {
  target(target: Target): void
  /** One line for standard error, without its line break: `FILE:LINE: why`, escaped, without credentials. */
  complaint(line: string): void
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
export async function readTargets(sources: Sources, sink: TargetSink): Promise<{ whole: boolean }> {
  let whole = true
  for (const [index, text] of sources.urls.entries()) take(parseUrl(text), `argument ${index + 1}`, sink)
  let stdinRead = false
  for (const file of sources.files) {
    if (file !== '-') whole = await readList(open(file), shownName(file), sink)
    else if (stdinRead) throw new ListError('stdin', 'can be read only once')
    else {
      stdinRead = true
      await readList(sources.stdin, 'stdin', sink)
    }
  }
  return { whole }
}

/** The bytes of a file. */
export function open(file: string): Readable {
  return createReadStream(file, { highWaterMark: CHUNK })
}

async function readList(stream: Readable, name: string, sink: TargetSink): Promise<boolean> {
  let line = 0
  const splitter = new LineSplitter((read) => {
    line++
    const parsed = typeof read === 'string' ? parseLine(read) : read
    if (parsed !== null) take(parsed, `${name}:${line}`, sink)
  })
  for await (const chunk of chunks(stream, name)) splitter.push(chunk)
  return splitter.end()
}

/** What the stream gives; its errors become ListErrors here, so that an error of the sink does not. */
export async function* chunks(stream: Readable, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (cause) {
    if (cause instanceof ListError) throw cause
    throw new ListError(name, explain(cause), cause)
  }
}

function take(parsed: Parsed, place: string, sink: TargetSink): void {
  if ('url' in parsed) sink.target({ url: parsed.url, overrides: null, labels: null })
  else sink.complaint(`${place}: ${parsed.why}`)
}

/** An error of the system for a person. */
export function explain(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return explain(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  const { errno } = cause as NodeJS.ErrnoException
  return errno === undefined ? cause.message : getSystemErrorMessage(errno)
}
