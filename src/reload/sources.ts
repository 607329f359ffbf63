import type { Readable } from 'node:stream'
import { readFileSd } from '../targets/file-sd.ts'
import { isXmlName, nameOf, openerOf, readHttpList } from '../targets/http-list.ts'
import type { HttpListOptions } from '../targets/http-list.ts'
import { shownName } from '../targets/quote.ts'
import { chunks, ListError, open, readTargets } from '../targets/read.ts'
import { readSitemap } from '../targets/sitemap.ts'
import { parseUrl } from '../targets/url.ts'
import type { Source } from './source.ts'

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

function sourceOf(file: string, stdin: Readable, options: SourceOptions): Source {
  const text: Source['read'] = (sink) => readTargets({ urls: [], files: [file], stdin }, sink)
  if (file === '-') return { name: 'stdin', again: null, canWait: false, read: text }
  if (/^https?:\/\//i.test(file)) return httpSource(file, options)
  const name = shownName(file)
  const fileSource = (read: Source['read']): Source => ({ name, again: { path: file }, canWait: false, read })
  const bytes = () => chunks(open(file), name)
  if (/\.json$/i.test(file)) return fileSource((sink) => readFileSd(bytes(), name, 'json', sink))
  if (/\.ya?ml$/i.test(file)) return fileSource((sink) => readFileSd(bytes(), name, 'yaml', sink))
  if (isXmlName(file)) return fileSource((sink) => readSitemap(bytes(), name, openerOf(options), sink))
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
    read: (sink) => readHttpList(url, options, sink),
  }
}
