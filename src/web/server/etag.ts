import { createHash } from 'node:crypto'

/** The weak ETag of a body: the compressed form has the same one. */
export function weakEtag(body: Uint8Array): string {
  return `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
}

/** Whether an `If-None-Match` header has this ETag. Compares weakly: `W/` does not matter. */
export function hasEtag(header: string, etag: string): boolean {
  const plain = (text: string) => text.trim().replace(/^W\//, '')
  return header.split(',', 32).some((one) => plain(one) === '*' || plain(one) === plain(etag))
}
