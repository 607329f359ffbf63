import { counted } from '../resource/counted.ts'
import { SERIES_PER_URL } from './url-metrics.ts'

/** From this number on, series are a load for a small Prometheus. */
const MANY_SERIES = 100_000

/** What an operator should know about the number of series before Prometheus scrapes them; null for nothing. */
export function seriesNotice(urls: number, maxUrls: number): string | null {
  const shown = Math.min(urls, maxUrls)
  const series = shown * SERIES_PER_URL
  if (maxUrls === 0 || (shown === urls && series < MANY_SERIES)) return null
  const which = shown === urls ? counted(urls, 'URL') : `the first ${shown} of ${counted(urls, 'URL')}`
  return `/metrics has up to ${series} series for ${which} (--metrics-urls)`
}
