/** The value of an Authorization or Proxy-Authorization header for `login`, which is `name:password` (RFC 7617). */
export function basicAuthorization(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`
}
