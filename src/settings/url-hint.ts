import { closestName } from './closest-name.ts'
import { checkHost } from './host.ts'
import { quote } from './quote.ts'
import { SCHEME_LIST, SCHEME_NAMES, schemeNamed } from './schemes.ts'

const NO_SCHEME = 'a URL begins with https:// or http://'

/** `C:\\lists\\urls.txt`, `\\\\server\\lists`, `/etc/urls.txt`, `./urls.txt`, `~/urls.txt` */
const PATH = /^(?:[a-z]:[\\/]|\\\\|\/(?!\/)|~\/|\.\.?[\\/])/i

/** A URL in quotes, brackets or Markdown: `"https://a.example/"`, `<https://a.example/>`, `[text](https://a.example/)`. */
const WRAPPED = /^(?<mark>["'`<([{]).*https?:\/\//is

/** A host where TLS is rare: this machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/?#]|$)/i

/** What is said of a URL whose scheme is not polled, as a clause. */
export function unknownScheme(scheme: string): string {
  const meant = closestName(scheme, SCHEME_NAMES)
  const hint = meant === null ? '' : `: was ${meant} meant?`
  return `only ${SCHEME_LIST} are polled, not ${quote(scheme)}${hint}`
}

/** Common mistakes: `example.com`, `localhost:8080/x`, `//example.com`, `http:example.com`, `mailto:a@b.example`, a path, quotes. */
export function describeMissingScheme(text: string): string {
  if (PATH.test(text)) return `${NO_SCHEME}: this is the path of a file`
  const mark = WRAPPED.exec(text)?.groups?.['mark']
  if (mark !== undefined) return `${NO_SCHEME}, not with ${mark}`
  const scheme = /^([a-z][a-z0-9+.-]*):(?!\d)/i.exec(text)?.[1]
  if (scheme !== undefined && schemeNamed(scheme.toLowerCase()) === undefined) return unknownScheme(scheme)
  const rest = (scheme === undefined ? text : text.slice(scheme.length + 1)).replace(/^\/+/, '')
  const meant = `${scheme?.toLowerCase() ?? (LOOPBACK.test(rest) ? 'http' : 'https')}://${rest}`
  const url = URL.parse(meant)
  // The text before an @ may be a password, and what no host is, such as data=x, another secret.
  if (text.includes('@') || url === null || checkHost(url.hostname) !== null) return NO_SCHEME
  return `${NO_SCHEME}: did you mean ${quote(meant)}?`
}
