import { extname } from 'node:path'

/**
 * The file of a worker in `workers/`, beside `src/`: `.ts` in development, `.js` when published. tsc rewrites the names of imports,
 * but not names in strings.
 */
export function workerUrl(name: 'poller' | 'monitor' | 'web' | 'password' | 'recorder' | 'alerter'): URL {
  return new URL(`../../workers/${name}${extname(import.meta.url)}`, import.meta.url)
}
