/**
 * Parses the path under which the server answers: `/` or `/monitoring/headcount`. Returns it without a slash at its end, but `/` as it
 * is. Throws a RangeError.
 */
export function parseWebPrefix(text: string): string {
  const path = text.replace(/\/+$/, '')
  if (!/^(?:\/[\w.~-]+)*$/.test(path) || !text.startsWith('/') || /\/\.{1,2}(?:\/|$)/.test(path))
    throw new RangeError('not a path of letters, digits and -._~, such as /headcount')
  return path === '' ? '/' : path
}
