/**
 * The login of a URL: all between its slashes, if any, and the last @ before its path. It begins behind the last of the slashes: if each could be
 * its beginning, a long run of them would take minutes.
 */
const LOGIN = /^((?:[a-z][a-z0-9+.-]*:)?[/\\]*)(?![/\\])([^/?#]*)@/i

/** In a URL that is wrong, a password may hold anything; what can be a port is none. */
const BROKEN_LOGIN = /^((?:[a-z][a-z0-9+.-]*:)?[/\\]*)(?![/\\])([^:@/?#]*:)(?!\d*(?:[/?#]|$)).*@/is

const HIDDEN = 'xxxxx'

/** A URL without its password, and without the name if there is no password, since it may be a token. */
export function hideLogin(url: string): string {
  if (LOGIN.test(url))
    return url.replace(LOGIN, (_, start: string, login: string) => `${start}${hidden(login)}@`)
  return url.replace(BROKEN_LOGIN, `$1$2${HIDDEN}@`)
}

function hidden(login: string): string {
  const [, name] = /^([^:]+):./s.exec(login) ?? []
  return name === undefined ? HIDDEN : `${name}:${HIDDEN}`
}

/** Headers whose values may be secrets, by their names. */
export const SECRET_HEADER = /auth|cookie|token|key|secret|session|pass/i
