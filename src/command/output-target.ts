import { resolve } from 'node:path'
import { FORMAT_NAMES, formatNamed, formatOfFile } from '../print/text/formats.ts'
import type { FormatName } from '../print/text/formats.ts'
import type { OutputFile } from '../print/text/monitor-options.ts'
import { redactName } from '../settings/quote.ts'
import type { ValueType } from '../settings/value-types.ts'
import { parseChoiceOf, parseFileName } from '../settings/values.ts'
import { FlagsError } from './flags-error.ts'
import { isStronger } from './precedence.ts'
import type { Layer, Setting } from './precedence.ts'

/** Stands for standard output. */
const STANDARD_OUTPUT = '-'

/** The variable with the file of GitHub Actions for the summary of a job. */
const STEP_SUMMARY = 'GITHUB_STEP_SUMMARY'

/** What a file that says nothing of its format gets beside a format that is not text. */
const DEFAULT_FILE_FORMAT = 'json'

/** The formats that a file can have. */
export const FILE_FORMATS: readonly FormatName[] = FORMAT_NAMES.filter(
  (name) => formatNamed(name).createPrinter !== null,
)

/** A file for results. */
export interface OutputTarget {
  /** Its path, or `-`. */
  readonly file: string
  /** Null: its name says it, or `--format`. */
  readonly format: FormatName | null
}

/** `FILE` or `FILE:FORMAT`. */
export const OUTPUT_TARGET: ValueType<OutputTarget> = {
  parse: parseTarget,
  schema: { $ref: '#/definitions/path' },
  text: 'the path of a file, perhaps with `:` and a format',
}

/** Throws a RangeError. What follows the last colon is a format, unless it cannot be one. */
function parseTarget(text: string, directory?: string): OutputTarget {
  const [, name = text, word = null] = /^(.*):([a-z0-9]+)$/s.exec(text) ?? []
  const file = parseFileName(name)
  const format = word === null ? null : parseChoiceOf(FILE_FORMATS)(word)
  return {
    file: directory === undefined || file === STANDARD_OUTPUT ? file : resolve(directory, file),
    format,
  }
}

/** The paths of the targets that are files. */
export function pathsOf(targets: readonly OutputTarget[]): string[] {
  return targets.map(({ file }) => file).filter((file) => file !== STANDARD_OUTPUT)
}

/**
 * The format that a target gives to standard output; null: none does, or `--format` comes from a stronger source than `--output`. Throws a
 * FlagsError if both come from one source and differ.
 */
export function screenFormat(settings: Layer): FormatName | null {
  const [output, asked] = ['output', 'format'].map((name) => settings.get(name)) as [Setting, Setting]
  const screens = (output.value as readonly OutputTarget[]).filter(({ file }) => file === STANDARD_OUTPUT)
  if (screens.length > 1) throw new FlagsError('output', 'it names standard output twice')
  const format = screens[0]?.format ?? null
  if (format === null || isStronger(asked, output)) return null
  if (asked.source === output.source && asked.value !== 'auto' && asked.value !== format)
    throw new FlagsError(
      'output',
      `standard output cannot be ${format}: ${asked.name} says ${asked.value as FormatName}`,
    )
  return format
}

/**
 * The files with their formats, beside a standard output in the format `screen`: also the file that GitHub Actions takes a summary from, with
 * the format for it. Throws a FlagsError.
 */
export function outputFiles(
  targets: readonly OutputTarget[],
  screen: FormatName,
  once: boolean,
  stepSummary: string | undefined = process.env[STEP_SUMMARY],
): OutputFile[] {
  const fallback = formatNamed(screen).createPrinter === null ? DEFAULT_FILE_FORMAT : screen
  const files = targets
    .filter(({ file }) => file !== STANDARD_OUTPUT)
    .map(({ file, format }) => ({
      file,
      namedBy: '--output',
      format: format ?? formatOfFile(file) ?? fallback,
      append: !once,
    }))
  const paths = files.map(({ file }) => resolve(file))
  for (const [index, { file, format }] of files.entries()) {
    if (paths.indexOf(paths[index] as string) < index)
      throw new FlagsError('output', `${redactName(file)}: the file is named twice`)
    if (formatNamed(format).once === 'required' && !once)
      throw new FlagsError('output', `${redactName(file)}: ${format} is one document and needs --once`)
  }
  const formats = [screen, ...files.map(({ format }) => format)]
  const asked = new Set(formats.map((name) => formatNamed(name).jobSummary))
  const summary = FORMAT_NAMES.find((name) => asked.has(name))
  if (summary === undefined || stepSummary === undefined || stepSummary === '') return files
  return [...files, { file: stepSummary, namedBy: STEP_SUMMARY, format: summary, append: true }]
}
