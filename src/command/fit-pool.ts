import type { Options } from './options.ts'

/** URLs for which a poller thread is worth its start when each is polled once. */
const URLS_PER_POLLER = 64

/** The options with no more pollers than so many URLs need, if these are polled once and nobody asked for a number of pollers. */
export function fitPool(options: Options, urls: number): Options {
  if (!options.fitsPool) return options
  const poolSize = Math.min(options.poolSize, Math.max(1, Math.ceil(urls / URLS_PER_POLLER)))
  return { ...options, poolSize }
}
