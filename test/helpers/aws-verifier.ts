import { createHash, createHmac } from 'node:crypto'
import type { Received } from './echo-origin.ts'

/** What a server knows of a key. */
export interface AwsKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

/**
 * Checks the signature of a request as AWS describes it, without the package that has made it. Returns what is wrong; '' if nothing is.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function checkSignature({ method, path, headers, body }: Received, key: AwsKey): string {
  const [, id, day, region, service, names = '', signature] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  if (signature === undefined) return 'no signature'
  if (id !== key.accessKeyId || region !== key.region || service !== key.service) return 'another scope'
  const date = String(headers['x-amz-date'])
  if (day !== date.slice(0, 8)) return 'another day'
  if (Math.abs(Date.now() - timeOf(date)) > 300_000) return 'too old'
  const signed = names.split(';')
  const missing = ['host', 'x-amz-date', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  if (missing.some((name) => !signed.includes(name))) return 'a header is not signed'
  const hash = sha256(body)
  if (service === 's3' && headers['x-amz-content-sha256'] !== hash) return 'another body'
  const host = headers.host ?? String((headers as Record<string, unknown>)[':authority'])
  const lines = signed.map((name) => `${name}:${name === 'host' ? host : String(headers[name]).trim()}\n`)
  const [pathname = '', query = ''] = path.split('?')
  const canonical = [
    method,
    service === 's3' ? pathname : pathname.split('/').map(encode).join('/'),
    canonicalQuery(query),
    lines.join(''),
    names,
    hash,
  ]
  const text = [
    'AWS4-HMAC-SHA256',
    date,
    `${day}/${region}/${service}/aws4_request`,
    sha256(canonical.join('\n')),
  ]
  const signing = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${key.secretAccessKey}`),
  )
  return hmac(signing, text.join('\n')).toString('hex') === signature ? '' : 'wrong signature'
}

function canonicalQuery(query: string): string {
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('='))
  return pairs
    .map(
      ([name = '', value = '']) => `${encode(decodeURIComponent(name))}=${encode(decodeURIComponent(value))}`,
    )
    .toSorted()
    .join('&')
}

/** All but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'))
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
