import type { Options } from './options.ts'

/** URLs for which a poller thread is worth its start when each is polled once. */
const URLS_PER_POLLER = 64

/** The options with no more pollers than so many URLs need, if these are polled once: one for each URL if somebody asked for a number. */
export function fitPool(options: Options, urls: number): Options {
  if (!options.once) return options
  const useful = options.fitsPool ? Math.ceil(urls / URLS_PER_POLLER) : urls
  const poolSize = Math.min(options.poolSize, Math.max(1, useful))
  return { ...options, poolSize }
}
