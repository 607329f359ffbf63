import type { Readable } from 'node:stream'
import type { HttpListOptions } from '../targets/http-list.ts'
import { NO_SETTINGS } from '../targets/list-entry.ts'
import type { ListEntry, ListSettings } from '../targets/list-entry.ts'
import { isHttpName, isSitemapName, listName } from '../targets/list-names.ts'
import { redactName } from '../settings/quote.ts'
import { inputBytes, isPipe, MAX_LIST_BYTES } from '../targets/input-file.ts'
import { wrapReadErrors, ListError, readTargets } from '../targets/read-targets.ts'
import type { TargetSink } from '../targets/read-targets.ts'
import { parseHttpUrl } from '../settings/url.ts'
import type { Url } from '../resource/resource.ts'
import type { Source, SourceRead } from './source.ts'

/** How sources are read. */
export interface SourceOptions extends HttpListOptions {
  /** Whether a run may start when a list from a server can't be read. */
  readonly optionalAtStart: boolean
}

/** The time that a server has to send a list is the time between two readings of it, within these bounds, in ms. */
const MIN_DEADLINE_MS = 2_000
const MAX_DEADLINE_MS = 30_000

/** The time from the name lookup to the last byte of a list that is read every `refreshMs`, in ms. */
export function fetchDeadlineMs(refreshMs: number): number {
  return Math.min(Math.max(refreshMs, MIN_DEADLINE_MS), MAX_DEADLINE_MS)
}

/** The sources of a command line, in the order in which they are read. */
export function createSources(
  urls: readonly string[],
  files: readonly string[],
  stdin: Readable,
  options: SourceOptions,
): Source[] {
  return [
    {
      name: 'arguments',
      reloadPolicy: null,
      optionalAtStart: false,
      read: (sink) => readTargets({ urls, files: [], stdin }, sink),
    },
    ...files.map((file) => createSource({ file, settings: null }, stdin, options)),
  ]
}

/** The source for a list. Its name decides how it is read. */
export function createSource({ file, settings }: ListEntry, stdin: Readable, options: SourceOptions): Source {
  if (file === '-') {
    const read: Source['read'] = (sink) => readTargets({ urls: [], files: [file], stdin }, sink)
    return { name: 'stdin', reloadPolicy: null, optionalAtStart: false, read }
  }
  if (isHttpName(file)) return httpSource(file, settings, options)
  const name = redactName(file)
  // A file that later becomes a FIFO is refused: it may never have a writer, and no other list would be read meanwhile.
  const pipes = isPipe(file) ? 'read' : 'read at the start'
  const reloadPolicy = pipes === 'read' ? null : { path: file }
  const bytes = () => wrapReadErrors(inputBytes(file, MAX_LIST_BYTES, pipes), name)
  const fileSource = (read: Source['read']): Source => ({ name, reloadPolicy, optionalAtStart: false, read })
  if (/\.json$/i.test(file)) return fileSource((sink) => readFileSdOf(bytes, name, 'json', sink))
  if (/\.ya?ml$/i.test(file)) return fileSource((sink) => readFileSdOf(bytes, name, 'yaml', sink))
  if (isSitemapName(file))
    return { ...fileSource((sink) => readSitemapOf(bytes, name, options, sink)), asksServers: true }
  return fileSource((sink) => readTargets({ urls: [], files: [file], stdin, pipes }, sink))
}

function httpSource(text: string, settings: ListSettings | null, all: SourceOptions): Source {
  const parsed = parseHttpUrl(text)
  if ('why' in parsed) {
    // The URL is not quoted: it may hold a password.
    const error = new ListError('-f', `invalid URL of a list: ${parsed.why}`)
    return { name: '-f', reloadPolicy: null, optionalAtStart: false, read: () => Promise.reject(error) }
  }
  const { url } = parsed
  const options = withSettings(all, url, settings ?? NO_SETTINGS)
  return {
    name: listName(url),
    reloadPolicy: { everyMs: options.refreshMs },
    optionalAtStart: options.optionalAtStart,
    async read(sink) {
      const { readHttpList } = await import('../targets/http-list.ts')
      return readHttpList(url, options, sink)
    },
  }
}

function withSettings(all: SourceOptions, listUrl: Url, settings: ListSettings): SourceOptions {
  const refreshMs = settings.refreshMs ?? all.refreshMs
  const deadlineMs =
    settings.timeoutMs ?? (settings.refreshMs === null ? all.deadlineMs : fetchDeadlineMs(refreshMs))
  return { ...all, refreshMs, deadlineMs, settings: { ...settings, listUrl } }
}

// Readers are loaded only when they are needed: together they take 80 ms and 7 MB.

async function readFileSdOf(
  bytes: () => AsyncIterable<Buffer>,
  name: string,
  format: 'json' | 'yaml',
  sink: TargetSink,
): Promise<SourceRead> {
  const { readFileSd } = await import('../targets/file-sd.ts')
  return readFileSd(bytes(), name, format, sink)
}

async function readSitemapOf(
  bytes: () => AsyncIterable<Buffer>,
  name: string,
  options: SourceOptions,
  sink: TargetSink,
): Promise<SourceRead> {
  const [{ readSitemap }, { sitemapOpener }] = await Promise.all([
    import('../targets/sitemap.ts'),
    import('../targets/http-list.ts'),
  ])
  return readSitemap(bytes(), name, sitemapOpener(options), sink)
}
