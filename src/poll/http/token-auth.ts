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
  #isRenewed = false

  constructor(source: TokenSource) {
    this.#source = source
  }

  /** The header field. */
  get authorization(): string {
    return `Bearer ${this.#source.value.bytes.toString()}`
  }

  /** Waits until there is a token. Failure: `auth`. */
  async prepare(attempt: Attempt): Promise<Failure | null> {
    const { value } = this.#source
    if (value.bytes.length === 0 && value.problem === '' && isFailure(await next(attempt, value)))
      return failure('auth', `no token from ${this.#source.client} in time`)
    return value.bytes.length === 0 ? failure('auth', value.problem) : null
  }

  /** Whether there is another token after a 401, or none any more: once in an attempt. */
  async isOther(attempt: Attempt): Promise<boolean> {
    if (this.#isRenewed) return false
    this.#isRenewed = true
    const { client, value, renew } = this.#source
    const refused = value.bytes
    const answer = next(attempt, value)
    renew(client, refused.toString())
    return !isFailure(await answer) && !value.bytes.equals(refused)
  }
}

function next(attempt: Attempt, value: RequestValue): Promise<null | Failure> {
  return attempt.step<null>('wait', (done) => value.onNext(() => done(null)))
}
