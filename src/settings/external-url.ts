/**
 * Parses the address under which others reach this headcount: `https://status.example/headcount`. Returns it with a slash at its end.
 * Throws a RangeError.
 */
export function parseExternalUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || /[?#]/.test(text))
    throw new RangeError('not the URL of a page, such as https://status.example/headcount')
  if (url.username !== '' || url.password !== '')
    throw new RangeError('everybody who gets a notification sees it: leave out the login')
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}
