import type { AwsIdentity } from '../../settings/aws-identities.ts'
import { awsAuthorization, sha256 } from './aws-signature.ts'
import type { Request } from './request.ts'
import type { RequestValue, RequestValues } from './request-values.ts'

/** Headers that are signed besides `host`: the others may be changed on the way. */
const SIGNED = /^(?:content-(?:length|type|md5)|x-amz-.*)$/

/** Headers that the signature adds. */
const ADDED: ReadonlySet<string> = new Set(['authorization', 'x-amz-date', 'x-amz-security-token'])

/** An identity that signs requests, and its secrets as they are now. */
export class AwsSource {
  readonly #definition: RequestValue
  readonly #values: RequestValues

  /** `definition`: an AwsIdentity as JSON. */
  constructor(definition: RequestValue, values: RequestValues) {
    this.#definition = definition
    this.#values = values
  }

  /** Why nothing can be signed any more; '': it can. */
  get problem(): string {
    return this.#definition.problem
  }

  /** The secret key, and the session token if there is one. */
  get secrets(): string[] {
    if (this.problem !== '') return []
    const { secretFile, tokenFile } = this.#identity
    return [secretFile, ...(tokenFile === null ? [] : [tokenFile])].map((file) => this.#textOf(file))
  }

  /** The request with its signature, if there still is one. `host`: of the URL; a header `host` comes first. */
  sign(request: Request, host: string, now = new Date()): Request {
    if (this.problem !== '') return request
    const { accessKeyId, secretFile, tokenFile, region, service } = this.#identity
    const sent: string[] = []
    const signed = new Map([['host', host]])
    const add = (name: string, value: string) => {
      sent.push(name, value)
      signed.set(name, value)
    }
    for (let at = 0; at < request.headers.length; at += 2) {
      const name = request.headers[at] as string
      const value = request.headers[at + 1] as string
      if (ADDED.has(name)) continue
      sent.push(name, value)
      const before = name === 'host' ? undefined : signed.get(name)
      if (name === 'host' || isSigned(name, request))
        signed.set(name, before === undefined ? value : `${before},${value}`)
    }
    add('x-amz-date', amzDate(now))
    if (tokenFile !== null) add('x-amz-security-token', this.#textOf(tokenFile))
    const bodyHash = signed.get('x-amz-content-sha256') ?? sha256(request.body ?? '')
    if (service === 's3' && !signed.has('x-amz-content-sha256')) add('x-amz-content-sha256', bodyHash)
    const { method, path } = request
    const secret = this.#textOf(secretFile)
    const scope = { accessKeyId, secret, region, service }
    sent.push('authorization', awsAuthorization({ method, path, headers: signed, bodyHash }, scope))
    return { ...request, headers: sent }
  }

  get #identity(): AwsIdentity {
    return JSON.parse(this.#definition.bytes.toString()) as AwsIdentity
  }

  #textOf(file: string): string {
    return this.#values.of(file).bytes.toString().trim()
  }
}

/** A request without a body may lose the length of it on the way. */
function isSigned(name: string, { body }: Request): boolean {
  return SIGNED.test(name) && (name !== 'content-length' || body !== undefined)
}

/** `20150830T123600Z`. */
function amzDate(now: Date): string {
  return now.toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
}
