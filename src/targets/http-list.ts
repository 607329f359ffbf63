import type { Url } from '../resource/resource.ts'
import { fetchList } from './fetch.ts'
import type { FetchOptions } from './fetch.ts'
import { readFileSd } from './file-sd.ts'
import { isXmlName, nameOf } from './names.ts'
import { quote } from './quote.ts'
import { ListError } from './read.ts'
import type { TargetSink } from './read.ts'
import { readSitemap } from './sitemap.ts'
import type { OpenSitemap } from './sitemap.ts'

// https://prometheus.io/docs/prometheus/latest/http_sd/

/** As Prometheus has it. */
const JSON_TYPE = /^application\/json(;\s*charset=("utf-8"|utf-8))?$/

const XML_TYPE = /^(application|text)\/([\w.-]+\+)?xml\b/

/** What Prometheus sends, and what it means: how often the list is asked for. */
const REFRESH = 'x-prometheus-refresh-interval-seconds'

/** How lists are fetched, and how often, in ms. */
export interface HttpListOptions extends FetchOptions {
  readonly refreshMs: number
}

/** Reads a list from a server: Prometheus' http_sd, or a sitemap when path or answer say so. Rejects with a ListError. */
export function readHttpList(
  url: Url,
  options: HttpListOptions,
  sink: TargetSink,
): Promise<{ whole: boolean }> {
  if (isXmlName(new URL(url).pathname)) {
    return openerOf(options)(url, (chunks, name) => readSitemap(chunks, name, openerOf(options), sink))
  }
  const name = nameOf(url)
  const headers = { accept: 'application/json', [REFRESH]: String(options.refreshMs / 1_000) }
  return fetchList(url, name, headers, options, ({ type, chunks }) => {
    if (XML_TYPE.test(type)) return readSitemap(chunks, name, openerOf(options), sink)
    if (JSON_TYPE.test(type)) return readFileSd(chunks, name, 'json', sink)
    throw new ListError(name, `its type is ${type === '' ? 'not told' : quote(type)}, not application/json`)
  })
}

/** How the sitemaps that an index names are opened. */
export function openerOf(options: FetchOptions): OpenSitemap {
  return (url, read) => {
    const name = nameOf(url)
    const headers = { accept: 'application/xml, text/xml, */*;q=0.1' }
    return fetchList(url, name, headers, options, ({ chunks }) => read(chunks, name))
  }
}
