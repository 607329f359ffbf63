import type { UrlRow } from '../server/answers.ts'

/** The command that asks what a poll asks, for a shell; null for URLs that curl cannot ask alike. */
export function curlCommand({
  url,
  method,
  redirects,
}: Pick<UrlRow, 'url' | 'method' | 'redirects'>): string | null {
  if (!/^https?:/i.test(url)) return null
  const how =
    method === null || method === 'HEAD'
      ? ' --head'
      : method === 'GET'
        ? ' --include'
        : ` --request ${quote(method)}`
  const follow = (redirects ?? 0) > 0 ? ' --location' : ''
  return `curl${how}${follow} --max-time 10 ${quote(url)}`
}

/** A word for a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
