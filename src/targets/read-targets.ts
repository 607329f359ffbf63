import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { getSystemErrorMessage } from 'node:util'
import { characterCount } from '../settings/line-index.ts'
import { limitBytes, inputBytes, MAX_LIST_BYTES } from './input-file.ts'
import type { Pipes } from './input-file.ts'
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
  /** Whether FIFOs are read. Default: they are. */
  readonly pipes?: Pipes
}

/** Where a target is, or the value of the setting `key`. */
export type Place = (key: string) => string

/** Why a target can't be taken although each of its settings is valid: the setting, and a clause without values. */
export interface Refusal {
  readonly key: string
  readonly why: string
}

/** Receives what is read, in order and with duplicates. */
export interface TargetSink {
  /** `place` tells where it is, or the value of a setting of it, as messages do. */
  target(target: Target, place?: Place): void
  /** Why a target can't be taken; null: it can. */
  refuse?(target: Target): Refusal | null
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
    const place = `argument ${index + 1}`
    if ('url' in parsed) offerTarget(sink, { url: parsed.url, overrides: null, labels: null }, () => place)
    else sink.invalid(`${place}: ${parsed.why}`)
  }
  let stdinRead = false
  for (const file of sources.files) {
    if (file !== '-')
      endsWithNewline = await readList(
        inputBytes(file, MAX_LIST_BYTES, sources.pipes),
        redactName(file),
        sink,
        dirname(file),
      )
    else if (stdinRead) throw new ListError('stdin', 'can be read only once')
    else {
      stdinRead = true
      await readList(limitBytes(MAX_LIST_BYTES, sources.stdin), 'stdin', sink, '.')
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

/**
 * Passes a target on, or reports why it can't be taken. `place`: where it is, or the value of the setting `key`, for messages.
 * `passed`: what the sink gets for it, if `place` is no more than the URL itself; null: nothing.
 */
export function offerTarget(
  sink: TargetSink,
  target: Target,
  place: Place,
  passed: Place | null = place,
): void {
  const refusal = sink.refuse?.(target) ?? null
  if (refusal === null) sink.target(target, passed ?? undefined)
  else sink.invalid(`${place(refusal.key)}: ${refusal.key}: ${refusal.why}`)
}

function handleLine(
  text: string,
  { name, number, directory }: { name: string; number: number; directory: string | undefined },
  sink: TargetSink,
): void {
  if (sink.acceptKnown?.(text) === true) return
  const line = parseLine(text, directory)
  if (line === null) return
  const place = `${name}:${number}`
  const placeAt = (at: number | null) =>
    at === null ? place : `${place}:${characterCount(text.slice(0, at)) + 1}`
  if ('url' in line) return offerTarget(sink, line, (key) => placeAt(valueAt(text, key)))
  const messages = line.problems.map(({ at, why }) => `${placeAt(at)}: ${why}`)
  sink.invalid(messages.join('\n'))
}

/** Where the value of a setting begins in a line; null if its group sets it. */
function valueAt(text: string, key: string): number | null {
  const at = text.search(new RegExp(`\\s${key}=`))
  return at < 0 ? null : at + key.length + 2
}

/** The message of an error for a person: that of the operating system if it has one. */
export function describeError(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return describeError(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  const { errno } = cause as NodeJS.ErrnoException
  return errno === undefined ? cause.message : getSystemErrorMessage(errno)
}
