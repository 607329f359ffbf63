import { createHash, createHmac } from 'node:crypto'

/** Who signs, and for what. */
export interface AwsScope {
  readonly accessKeyId: string
  readonly secret: string
  readonly region: string
  readonly service: string
}

/** What is signed. */
export interface SignedRequest {
  readonly method: string
  /** Path and query, as they are sent. */
  readonly path: string
  /** The headers that are signed, by their names in lower case. One of them is `x-amz-date`. */
  readonly headers: ReadonlyMap<string, string>
  /** The hash of the body in hex, or what stands in its place. */
  readonly bodyHash: string
}

/** The value of Authorization that signs a request with AWS Signature Version 4. */
export function awsAuthorization(request: SignedRequest, scope: AwsScope): string {
  const { accessKeyId, secret, region, service } = scope
  const names = [...request.headers.keys()].toSorted()
  const date = request.headers.get('x-amz-date') as string
  const parts = [date.slice(0, 8), region, service, 'aws4_request']
  const canonical = canonicalRequest(request, names, service === 's3')
  const text = ['AWS4-HMAC-SHA256', date, parts.join('/'), sha256(canonical)].join('\n')
  let key = Buffer.from(`AWS4${secret}`)
  for (const part of parts) key = hmac(key, part)
  return [
    `AWS4-HMAC-SHA256 Credential=${[accessKeyId, ...parts].join('/')}`,
    `SignedHeaders=${names.join(';')}`,
    `Signature=${hmac(key, text).toString('hex')}`,
  ].join(', ')
}

/** The SHA-256 of a text or of bytes, in hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function canonicalRequest(
  { method, path, headers, bodyHash }: SignedRequest,
  names: readonly string[],
  isS3: boolean,
): string {
  const [, pathname = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(path) ?? []
  const fields = names.map((name) => `${name}:${headers.get(name)?.trim().replaceAll(/\s+/g, ' ')}\n`)
  return [
    method,
    isS3 ? canonicalKey(pathname) : canonicalPath(pathname),
    canonicalQuery(query, isS3),
    fields.join(''),
    names.join(';'),
    bodyHash,
  ].join('\n')
}

/** The key of an object in S3, encoded once, however it is written. */
function canonicalKey(pathname: string): string {
  return pathname.split('/').map(encodeAgain).join('/').replaceAll('%2F', '/')
}

/** The path as it is sent, encoded once more. */
function canonicalPath(pathname: string): string {
  return pathname
    .replaceAll(/\/{2,}/g, '/')
    .split('/')
    .map(encode)
    .join('/')
}

/** The pairs in the order of their names and values. No service takes an empty name, and S3 takes only the first value of a name. */
function canonicalQuery(query: string, isS3: boolean): string {
  const values = new Map<string, string[]>()
  for (const pair of query.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    const key = encodeAgain(name)
    const known = values.get(key)
    if (known === undefined) values.set(key, [encodeAgain(value)])
    else if (!isS3) known.push(encodeAgain(value))
  }
  values.delete('')
  return [...values.keys()]
    .toSorted()
    .flatMap(
      (name) =>
        values
          .get(name)
          ?.toSorted()
          .map((value) => `${name}=${value}`) ?? [],
    )
    .join('&')
}

/** Encodes bytes of a URL, one a character, of which some are encoded already. Bytes that are no UTF-8 have no other form. */
function encodeAgain(text: string): string {
  const decoded = text
    .replaceAll('+', ' ')
    .replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return encode(decoded)
}

/** Encodes all but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return text.replaceAll(
    /[^\w.~-]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

function hmac(key: Uint8Array, text: string): Buffer<ArrayBuffer> {
  return createHmac('sha256', key).update(text).digest()
}
