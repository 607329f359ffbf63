import { createRequire } from 'node:module'

const requirePackage = createRequire(import.meta.url)

/**
 * A function that loads a package when it is called first. For packages that take megabytes in each thread and that few settings need;
 * they are not bundled.
 */
export function packageLoader(name: string): () => unknown {
  let loaded: unknown = null
  return () => (loaded ??= requirePackage(name) as unknown)
}
