import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { RequestValue } from './request-values.ts'

/** Asks main for another token of an OAuth2 client, whose server has refused this one. */
export type RenewToken = (client: string, refused: string) => void

/** Where the token of a profile comes from. */
export interface TokenSource {
  readonly client: string
  readonly value: RequestValue
  readonly renew: RenewToken
}

/** The token of one attempt: waits for the first, and for another one if a server refuses it. */
export class TokenAuth {
  readonly #source: TokenSource
  /** The token of the last request: another may have come since. */
  #sent: Buffer | null = null
  #isRenewed = false

  constructor(source: TokenSource) {
    this.#source = source
  }

  /** The header field. */
  get authorization(): string {
    this.#sent = this.#source.value.bytes
    return `Bearer ${this.#sent.toString()}`
  }

  /** Waits until there is a token. Failure: `auth`. */
  async prepare(attempt: Attempt): Promise<Failure | null> {
    const { value } = this.#source
    if (value.bytes.length === 0 && value.problem === '' && isFailure(await next(attempt, value)))
      return this.#missing
    return value.bytes.length === 0 ? failure('auth', value.problem) : null
  }

  /** Whether there is another token after a 401, or none any more: once in an attempt. Failure, if there should be another: `auth`. */
  async isOther(attempt: Attempt): Promise<boolean | Failure> {
    if (this.#isRenewed) return false
    this.#isRenewed = true
    const { client, value, renew } = this.#source
    const refused = this.#sent ?? value.bytes
    if (!value.bytes.equals(refused)) return true
    const answer = next(attempt, value)
    renew(client, refused.toString())
    if (isFailure(await answer)) return this.#missing
    if (!value.bytes.equals(refused)) return true
    // Whether the server refuses the token or all tokens is not known.
    return value.problem === '' ? false : failure('auth', value.problem)
  }

  get #missing(): Failure {
    return failure('auth', `no token from ${this.#source.client} in time`)
  }
}

function next(attempt: Attempt, value: RequestValue): Promise<null | Failure> {
  return attempt.step<null>('wait', (done) => value.onNext(() => done(null)))
}
