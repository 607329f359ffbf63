/** The command line of curl that asks for a URL as its last poll did; for a URL that is not polled by HTTP, what is not possible. */
export function curlCommand(
  url: string,
  poll: { readonly method: string; readonly redirects: number } | undefined,
): string {
  if (!/^https?:/.test(url)) return 'none: it is not polled by HTTP'
  const method = poll?.method ?? 'HEAD'
  const how = method === 'HEAD' ? '--head' : method === 'GET' ? '--output /dev/null' : `--request ${method}`
  const follow = poll !== undefined && poll.redirects > 0 ? ' --location' : ''
  return `curl --verbose ${how}${follow} '${url.replaceAll("'", "'\\''")}'`
}
