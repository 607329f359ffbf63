import { ChangePrinter } from './change-printer.ts'
import { csvDocument } from './csv.ts'
import { DocumentPrinter } from './document-printer.ts'
import { ecs } from './ecs.ts'
import { GithubPrinter } from './github.ts'
import { JsonPrinter } from './json-printer.ts'
import { junitDocument } from './junit.ts'
import { logfmt } from './logfmt.ts'
import { LogPrinter } from './log-printer.ts'
import { MarkdownPrinter } from './markdown.ts'
import type { Printer, PrinterOptions, Sink } from './printer.ts'

/** One output format. The choices of `--format`, the configuration's schema and the documentation come from these rows. */
export interface OutputFormat<Name extends string = string> {
  readonly name: Name
  /** What it is for, for the documentation. */
  readonly purpose: string
  /** The extensions of files in this format, the usual one first; of others, `--output` has to name it. */
  readonly extensions: readonly string[]
  /** `required`: one document over the whole list. */
  readonly once: 'required' | 'allowed' | 'forbidden'
  /** With `--once` it prints nothing before the end, so a progress bar on the terminal disturbs nothing. */
  readonly printsLast: boolean
  /** Without `--once` it prints a line when a URL turns down, and when the reason changes. */
  readonly printsChanges: boolean
  /** It shows more of a URL than its latest State. */
  readonly recentPolls: boolean
  /** It says where the lists name each URL. */
  readonly places: boolean
  /** The format of the summary of a job that it writes besides, where GitHub Actions asks for one; null: none. */
  readonly jobSummary: string | null
  /** How a file in this format begins: `--once` overwrites only files that begin like results. */
  readonly beginnings: readonly (string | RegExp)[]
  /** Makes its printer; null for a format that is not text. */
  readonly createPrinter: ((out: Sink, options: PrinterOptions) => Printer) | null
}

/** A line of the log; until 0.1 the log began with words. */
const LOG_BEGINNING = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z (?:Current state:|(?:up|down|unknown|pending) )/

/** The output formats. To add one, add its file and a row here. */
export const FORMATS = [
  {
    name: 'table',
    purpose: 'a live table for a terminal',
    extensions: [],
    once: 'forbidden',
    printsLast: false,
    printsChanges: false,
    recentPolls: true,
    places: false,
    jobSummary: null,
    beginnings: [],
    createPrinter: null,
  },
  {
    name: 'log',
    purpose: 'a line for each change, and the state of the list from time to time, for people and grep',
    extensions: ['.log'],
    once: 'allowed',
    printsLast: true,
    printsChanges: true,
    recentPolls: false,
    places: false,
    jobSummary: null,
    beginnings: [LOG_BEGINNING, 'Current state: '],
    createPrinter: (out, options) => new LogPrinter(out, options),
  },
  {
    name: 'json',
    purpose: 'one JSON object per line, for programs',
    extensions: ['.json', '.jsonl', '.ndjson'],
    once: 'allowed',
    printsLast: false,
    printsChanges: false,
    recentPolls: false,
    places: false,
    jobSummary: null,
    beginnings: ['{"type":"state"', '{"type":"summary"', '{"type":"event"'],
    createPrinter: (out, options) => new JsonPrinter(out, options),
  },
  {
    name: 'logfmt',
    purpose: 'a line of name=value for each change, for Loki and others',
    extensions: ['.logfmt'],
    once: 'allowed',
    printsLast: false,
    printsChanges: true,
    recentPolls: false,
    places: false,
    jobSummary: null,
    beginnings: [/^time=\S+ level=\w+ msg=(?:change|summary) /],
    createPrinter: (out) => new ChangePrinter(out, logfmt),
  },
  {
    name: 'ecs',
    purpose: 'a line of JSON for each change, with the fields of the Elastic Common Schema',
    extensions: ['.ecs'],
    once: 'allowed',
    printsLast: false,
    printsChanges: true,
    recentPolls: false,
    places: false,
    jobSummary: null,
    beginnings: [/^\{"@timestamp":"[^"]+","log\.level":"\w+","message":/],
    createPrinter: (out) => new ChangePrinter(out, ecs),
  },
  {
    name: 'csv',
    purpose: 'a table with one row per URL, for spreadsheets',
    extensions: ['.csv'],
    once: 'required',
    printsLast: true,
    printsChanges: false,
    recentPolls: true,
    places: false,
    jobSummary: null,
    beginnings: ['url,verdict,reason,'],
    createPrinter: (out) => new DocumentPrinter(out, csvDocument),
  },
  {
    name: 'junit',
    purpose: 'one test case per URL, for CI systems',
    extensions: ['.xml'],
    once: 'required',
    printsLast: true,
    printsChanges: false,
    recentPolls: true,
    places: false,
    jobSummary: null,
    beginnings: ['<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="headcount"'],
    createPrinter: (out) => new DocumentPrinter(out, junitDocument),
  },
  {
    name: 'github',
    purpose: 'an annotation at the line of each URL that is not up, and a summary, for GitHub Actions',
    extensions: [],
    once: 'required',
    printsLast: true,
    printsChanges: false,
    recentPolls: false,
    places: true,
    jobSummary: 'markdown',
    beginnings: ['::error '],
    createPrinter: (out) => new GithubPrinter(out, process.env['GITHUB_WORKSPACE'] ?? ''),
  },
  {
    name: 'markdown',
    purpose: 'counts and a table of the URLs that are not up, for people',
    extensions: ['.md'],
    once: 'required',
    printsLast: true,
    printsChanges: false,
    recentPolls: false,
    places: false,
    jobSummary: null,
    beginnings: ['### headcount\n'],
    createPrinter: (out) => new MarkdownPrinter(out),
  },
  {
    name: 'quiet',
    purpose: 'nothing: only the exit code counts',
    extensions: [],
    once: 'allowed',
    printsLast: false,
    printsChanges: false,
    recentPolls: false,
    places: false,
    jobSummary: null,
    beginnings: [],
    createPrinter: null,
  },
] as const satisfies readonly OutputFormat[]

/** The name of an output format. */
export type FormatName = (typeof FORMATS)[number]['name']

/** The names of the formats, in their order. */
export const FORMAT_NAMES: readonly FormatName[] = FORMATS.map(({ name }) => name)

/** The format that the extension of a file stands for; null: none. */
export function formatOfFile(file: string): FormatName | null {
  const extension = /\.[a-z]+$/i.exec(file)?.[0].toLowerCase() ?? null
  if (extension === null) return null
  return FORMATS.find(({ extensions }) => (extensions as readonly string[]).includes(extension))?.name ?? null
}

/** The row of a format. Throws if there is none. */
export function formatNamed(name: string, formats: readonly OutputFormat[] = FORMATS): OutputFormat {
  const found = formats.find((format) => format.name === name)
  if (found === undefined) throw new Error(`there is no format ${name}`)
  return found
}
