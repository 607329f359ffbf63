import type { Url } from '../resource/resource.ts'
import { fetchList } from './fetch.ts'
import type { FetchOptions } from './fetch.ts'
import { readFileSd } from './file-sd.ts'
import { isSitemapName, listName } from './list-names.ts'
import { quote } from '../settings/quote.ts'
import { ListError } from './read-targets.ts'
import type { TargetSink } from './read-targets.ts'
import { readSitemap } from './sitemap.ts'
import type { OpenSitemap } from './sitemap.ts'

// https://prometheus.io/docs/prometheus/latest/http_sd/

/** The pattern that Prometheus has. */
const JSON_TYPE = /^application\/json(;\s*charset=("utf-8"|utf-8))?$/

const XML_TYPE = /^(application|text)\/([\w.-]+\+)?xml\b/

/** The header in which Prometheus says how often it fetches the list. */
const REFRESH_HEADER = 'x-prometheus-refresh-interval-seconds'

/** How lists are fetched. */
export interface HttpListOptions extends FetchOptions {
  /** Time between two fetches, in ms. */
  readonly refreshMs: number
}

/** Reads a list from a server: a sitemap if the path or the response says so, else Prometheus' http_sd. Rejects with a ListError. */
export function readHttpList(
  url: Url,
  options: HttpListOptions,
  sink: TargetSink,
): Promise<{ endsWithNewline: boolean }> {
  if (isSitemapName(new URL(url).pathname)) {
    return sitemapOpener(options)(url, (chunks, name) =>
      readSitemap(chunks, name, sitemapOpener(options), sink),
    )
  }
  const name = listName(url)
  const headers = { accept: 'application/json', [REFRESH_HEADER]: String(options.refreshMs / 1_000) }
  return fetchList(url, name, headers, options, ({ contentType, chunks }) => {
    if (XML_TYPE.test(contentType)) return readSitemap(chunks, name, sitemapOpener(options), sink)
    if (JSON_TYPE.test(contentType)) return readFileSd(chunks, name, 'json', sink)
    throw new ListError(
      name,
      contentType === ''
        ? 'it has no Content-Type, such as application/json'
        : `its Content-Type is ${quote(contentType)}, not application/json`,
    )
  })
}

/** Fetches the sitemaps that an index names. */
export function sitemapOpener(options: FetchOptions): OpenSitemap {
  return (url, read) => {
    const name = listName(url)
    const headers = { accept: 'application/xml, text/xml, */*;q=0.1' }
    return fetchList(url, name, headers, options, ({ chunks }) => read(chunks, name))
  }
}
