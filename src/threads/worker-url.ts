import { extname } from 'node:path'

/** The rest of the path of this file below the root, in `src/threads/`, or of the bundle that it is part of: in `src/shared/` or `workers/`. */
const BELOW_ROOT = /(?:src\/[^/]+|workers)\/[^/]+$/

/**
 * The file of a worker in `workers/`, beside `src/`: `.ts` in development, `.js` when published. tsc rewrites the names of imports,
 * but not names in strings.
 */
export function workerUrl(
  name: 'poller' | 'monitor' | 'web' | 'password' | 'recorder' | 'alerter' | 'cluster',
): URL {
  const root = import.meta.url.replace(BELOW_ROOT, '')
  return new URL(`workers/${name}${extname(import.meta.url)}`, root)
}
