import { extname } from 'node:path'

/**
 * The file of a worker, beside `src/`: `.ts` as it is run in development, `.js` when published, since tsc does not
 * rewrite names in strings.
 */
export function workerUrl(name: 'poller' | 'monitor'): URL {
  return new URL(`../../workers/${name}${extname(import.meta.url)}`, import.meta.url)
}
