import type { Readable } from 'node:stream'
import type { HttpListOptions } from '../targets/http-list.ts'
import { isHttpName, isXmlName, nameOf } from '../targets/names.ts'
import { shownName } from '../targets/quote.ts'
import { inputBytes, isPipe, MAX_TEXT_LIST } from '../targets/input.ts'
import { chunks, ListError, readTargets } from '../targets/read.ts'
import type { TargetSink } from '../targets/read.ts'
import { parseUrl } from '../targets/url.ts'
import type { Source, SourceRead } from './source.ts'

/** How lists are read. */
export interface SourceOptions extends HttpListOptions {
  /** Whether the run can start without a list that comes from a server. */
  readonly canWait: boolean
}

/** What names URLs, in the order in which it is read. */
export function sourcesOf(
  urls: readonly string[],
  files: readonly string[],
  stdin: Readable,
  options: SourceOptions,
): Source[] {
  return [
    {
      name: 'arguments',
      again: null,
      canWait: false,
      read: (sink) => readTargets({ urls, files: [], stdin }, sink),
    },
    ...files.map((file) => sourceOf(file, stdin, options)),
  ]
}

/** What one list names, as its name says how it is read. */
export function sourceOf(file: string, stdin: Readable, options: SourceOptions): Source {
  const text: Source['read'] = (sink) => readTargets({ urls: [], files: [file], stdin }, sink)
  if (file === '-') return { name: 'stdin', again: null, canWait: false, read: text }
  if (isHttpName(file)) return httpSource(file, options)
  const name = shownName(file)
  const again = isPipe(file) ? null : { path: file }
  const fileSource = (read: Source['read']): Source => ({ name, again, canWait: false, read })
  if (/\.json$/i.test(file)) return fileSource((sink) => readFileSdOf(file, name, 'json', sink))
  if (/\.ya?ml$/i.test(file)) return fileSource((sink) => readFileSdOf(file, name, 'yaml', sink))
  if (isXmlName(file)) return fileSource((sink) => readSitemapOf(file, name, options, sink))
  return fileSource(text)
}

function httpSource(text: string, options: SourceOptions): Source {
  const parsed = parseUrl(text)
  if ('why' in parsed) {
    // Not quoted: it may hold a password.
    const error = new ListError('-f', `a URL that can't be asked: ${parsed.why}`)
    return { name: '-f', again: null, canWait: false, read: () => Promise.reject(error) }
  }
  const { url } = parsed
  return {
    name: nameOf(url),
    again: { everyMs: options.refreshMs },
    canWait: options.canWait,
    async read(sink) {
      const { readHttpList } = await import('../targets/http-list.ts')
      return readHttpList(url, options, sink)
    },
  }
}

// Readers are loaded when they are needed: all of them take 80 ms and 7 MB, which a list in plain text can do without.

async function readFileSdOf(
  file: string,
  name: string,
  format: 'json' | 'yaml',
  sink: TargetSink,
): Promise<SourceRead> {
  const { readFileSd } = await import('../targets/file-sd.ts')
  return readFileSd(chunks(inputBytes(file, MAX_TEXT_LIST), name), name, format, sink)
}

async function readSitemapOf(
  file: string,
  name: string,
  options: SourceOptions,
  sink: TargetSink,
): Promise<SourceRead> {
  const [{ readSitemap }, { openerOf }] = await Promise.all([
    import('../targets/sitemap.ts'),
    import('../targets/http-list.ts'),
  ])
  return readSitemap(chunks(inputBytes(file, MAX_TEXT_LIST), name), name, openerOf(options), sink)
}
