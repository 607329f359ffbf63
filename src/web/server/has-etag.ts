/** Whether an `If-None-Match` header has this ETag. Compares weakly: `W/` does not matter. */
export function hasEtag(header: string, etag: string): boolean {
  const plain = (text: string) => text.trim().replace(/^W\//, '')
  return header.split(',', 32).some((one) => plain(one) === '*' || plain(one) === plain(etag))
}
