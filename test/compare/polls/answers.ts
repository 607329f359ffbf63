import type { Reply, Server } from './case.ts'

const PHRASES: Readonly<Record<number, string>> = { 200: 'OK', 404: 'Not Found' }

/** A status, headers and a body of one character a byte. Its length and the end of the connection are told. */
export function answer(status: number, headers: readonly string[] = [], body: string | Buffer = ''): Reply {
  const text = bytes(body)
  const length = status === 204 || status === 304 ? [] : [`Content-Length: ${text.length}`]
  return { head: head(status, [...headers, ...length, 'Connection: close']), body: text }
}

/** A head with nothing but these headers. */
export function head(status: number, headers: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status} ${PHRASES[status] ?? 'Status'}`, ...headers]
  return lines
    .map((line) => `${line}\r\n`)
    .join('')
    .concat('\r\n')
}

/** A page with these headers, in UTF-8. */
export function page(body: string | Buffer, ...headers: readonly string[]): Reply {
  return answer(200, headers, typeof body === 'string' ? Buffer.from(body) : body)
}

/** A server that always says the same. */
export function always(reply: Reply): Server {
  return { reply: () => reply }
}

/** A server with an answer for each path, and 404. */
export function paths(replies: Readonly<Record<string, Reply>>): Server {
  return { reply: ({ path }) => replies[path] ?? answer(404) }
}

/** A redirect. */
export function redirect(status: number, location: string): Reply {
  return answer(status, [`Location: ${location}`])
}

/** Bytes as a text of one character a byte. */
export function bytes(body: string | Buffer): string {
  return typeof body === 'string' ? body : body.toString('latin1')
}

/** A body in chunks of so many bytes. */
export function chunked(body: string | Buffer, size = 7): string {
  const text = bytes(body)
  const chunks: string[] = []
  for (let at = 0; at < text.length; at += size) {
    const chunk = text.slice(at, at + size)
    chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
  }
  return `${chunks.join('')}0\r\n\r\n`
}
