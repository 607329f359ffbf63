/** The credentials of a URL as `name:password`; null: it has none. */
export function loginOf({ username, password }: URL): string | null {
  if (username === '' && password === '') return null
  return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
}

/** The value of an Authorization or Proxy-Authorization header for `login`, which is `name:password` (RFC 7617). */
export function basicAuthorization(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`
}
