import type { Url } from './resource.ts'

/** The scheme, host and port of a URL, without its credentials: `https://a.example`. */
export function originOf(url: Url): string {
  const host = url.indexOf('/') + 2
  const path = url.indexOf('/', host)
  const end = path === -1 ? url.length : path
  const login = url.lastIndexOf('@', end)
  return login < host ? url.slice(0, end) : url.slice(0, host) + url.slice(login + 1, end)
}
