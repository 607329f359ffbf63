import { redactUrl } from '../resource/redact-url.ts'
import type { Url } from '../resource/resource.ts'
import { gunzipIfPacked } from './gunzip.ts'
import { limitBytes } from './input-file.ts'
import { quote } from '../settings/quote.ts'
import { wrapReadErrors, ListError, offerTarget } from './read-targets.ts'
import type { TargetSink } from './read-targets.ts'
import { MAX_URL_LENGTH, parseHttpUrl } from '../settings/url.ts'
import { XmlError, XmlReader } from './xml-reader.ts'

// https://www.sitemaps.org/protocol.html

/** The largest sitemap that is read, unpacked, in bytes: the protocol has 50 MB. */
export const MAX_SITEMAP_BYTES = 64 * 2 ** 20

/** The most sitemaps that one index may name. */
export const MAX_SITEMAPS = 1_000

/** The most text of a `<loc>` that is kept, in UTF-16 units: enough to see that it is too long. */
const MAX_LOC_LENGTH = 2 * MAX_URL_LENGTH

/** Opens a sitemap that an index names, and passes its bytes and its name for messages to `read`. */
export type OpenSitemap = <T>(
  url: Url,
  read: (chunks: AsyncIterable<Buffer>, name: string) => Promise<T>,
) => Promise<T>

/**
 * Passes the URLs of a sitemap, gzipped or not, to `sink` as they are read; for a sitemap index, the URLs of all its sitemaps.
 * Rejects with a ListError.
 */
export async function readSitemap(
  from: AsyncIterable<Buffer>,
  name: string,
  open: OpenSitemap,
  sink: TargetSink,
): Promise<{ endsWithNewline: boolean }> {
  const sitemaps: Url[] = []
  await readXml(from, name, {
    urlset: (url) => offerUrl(sink, url, name),
    sitemapindex(url) {
      if (sitemaps.length === MAX_SITEMAPS)
        throw new ListError(name, `it names more than ${MAX_SITEMAPS} sitemaps`)
      sitemaps.push(url)
    },
    invalid: (line) => sink.invalid(line),
  })
  for (const url of sitemaps) {
    await open(url, (inner, innerName) =>
      readXml(inner, innerName, {
        urlset: (one) => offerUrl(sink, one, innerName),
        sitemapindex() {
          throw new ListError(innerName, 'a sitemap index inside another; only one level is followed')
        },
        invalid: (line) => sink.invalid(line),
      }),
    )
  }
  return { endsWithNewline: true }
}

function offerUrl(sink: TargetSink, url: Url, name: string): void {
  offerTarget(sink, { url, overrides: null, labels: null }, () => `${name}: ${redactUrl(url)}`, null)
}

/** Handlers of the URLs, by the root element of their file. */
interface UrlHandlers {
  urlset(url: Url): void
  sitemapindex(url: Url): void
  invalid(line: string): void
}

async function readXml(from: AsyncIterable<Buffer>, name: string, takers: UrlHandlers): Promise<void> {
  const locs = new LocReader(name, takers)
  const xml = new XmlReader(locs)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (chunk?: Buffer) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch (cause) {
      throw new ListError(name, 'it is not UTF-8', cause)
    }
  }
  try {
    const unpacked = limitBytes(MAX_SITEMAP_BYTES, gunzipIfPacked(from, name))
    for await (const chunk of wrapReadErrors(unpacked, name)) xml.write(decode(chunk))
    xml.write(decode())
    xml.end()
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new ListError(`${name}:${error.position}`, error.message, error)
  }
}

/** Picks out `urlset/url/loc` and `sitemapindex/sitemap/loc`. Extensions have other `loc` elements at deeper levels. */
class LocReader {
  readonly #name: string
  readonly #handlers: UrlHandlers
  #depth = 0
  #root: 'urlset' | 'sitemapindex' = 'urlset'
  #place = ''
  /** The text of the current `<loc>` so far; null outside of one. */
  #text: string | null = null

  constructor(name: string, takers: UrlHandlers) {
    this.#name = name
    this.#handlers = takers
  }

  open(name: string, place: string): void {
    this.#depth++
    if (this.#depth === 1) this.#root = this.#rootOf(name, place)
    if (this.#depth !== 3 || name !== 'loc') return
    this.#text = ''
    this.#place = place
  }

  text(text: string): void {
    if (this.#text !== null && this.#depth === 3 && this.#text.length < MAX_LOC_LENGTH) this.#text += text
  }

  close(): void {
    if (this.#depth-- !== 3 || this.#text === null) return
    const parsed = parseHttpUrl(this.#text.trim())
    this.#text = null
    if ('url' in parsed) this.#handlers[this.#root](parsed.url)
    else this.#handlers.invalid(`${this.#name}:${this.#place}: ${parsed.why}`)
  }

  #rootOf(name: string, place: string): 'urlset' | 'sitemapindex' {
    if (name === 'urlset' || name === 'sitemapindex') return name
    throw new ListError(`${this.#name}:${place}`, `not a sitemap: the root element is ${quote(name)}`)
  }
}
