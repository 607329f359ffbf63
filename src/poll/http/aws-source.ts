import type * as Aws4 from 'aws4'
import type { AwsIdentity } from '../../settings/aws-identities.ts'
import { packageLoader } from '../../settings/package-loader.ts'
import type { Request } from './request.ts'
import type { RequestValue, RequestValues } from './request-values.ts'

// The door to aws4, which signs requests with AWS Signature Version 4.

const load = packageLoader('aws4') as () => typeof Aws4

/** Headers that are signed besides `host`: the others may be changed on the way. */
const SIGNED = /^(?:content-type|content-md5|x-amz-.*)$/

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

  /** The secret key, and the session token if there is one. */
  get secrets(): string[] {
    const { secretFile, tokenFile } = this.#identity
    return [secretFile, ...(tokenFile === null ? [] : [tokenFile])].map((file) => this.#textOf(file))
  }

  /** The request with its signature. `host`: of the URL; a header `host` comes first. */
  sign(request: Request, host: string, now = new Date()): Request {
    const { accessKeyId, secretFile, tokenFile, region, service } = this.#identity
    const sent: string[] = []
    const signed: Record<string, string> = { host, 'x-amz-date': amzDate(now) }
    for (let at = 0; at < request.headers.length; at += 2) {
      const name = request.headers[at] as string
      const value = request.headers[at + 1] as string
      if (ADDED.has(name)) continue
      sent.push(name, value)
      if (name === 'host') signed['host'] = value
      else if (SIGNED.test(name)) signed[name] = name in signed ? `${signed[name]},${value}` : value
    }
    const { headers } = load().sign(
      {
        method: request.method,
        path: request.path,
        headers: signed,
        service,
        region,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
      {
        accessKeyId,
        secretAccessKey: this.#textOf(secretFile),
        ...(tokenFile === null ? {} : { sessionToken: this.#textOf(tokenFile) }),
      },
    )
    for (const [name, value] of Object.entries(headers ?? {})) {
      const lower = name.toLowerCase()
      const isNew = ADDED.has(lower) || (lower === 'x-amz-content-sha256' && !(lower in signed))
      if (isNew) sent.push(lower, String(value))
    }
    return { ...request, headers: sent }
  }

  get #identity(): AwsIdentity {
    return JSON.parse(this.#definition.bytes.toString()) as AwsIdentity
  }

  #textOf(file: string): string {
    return this.#values.of(file).bytes.toString().trim()
  }
}

/** `20150830T123600Z`. */
function amzDate(now: Date): string {
  return now.toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
}
