import { createHmac, randomBytes } from 'node:crypto'
import { PasswordQueue } from './password-queue.ts'
import type { CheckResult, Requester } from './password-queue.ts'
import { TokenBuckets } from './token-buckets.ts'

/** Results that are kept: those of right and of wrong passwords apart, so that guessing does not push out the right ones. */
const MAX_RESULTS = 100

/** Passwords that one client may have checked: so many at once, and then so many a second. Kept results do not count. */
const CHECKS_AT_ONCE = 20
const CHECKS_PER_SECOND = 1
const MAX_CLIENTS = 1_024

/** Salt and digest of a hash of which nobody knows the password. */
const NOBODY = '.'.repeat(53)

/** `busy`: too many passwords wait to be checked, or come from this client. `gone`: the client waits no more. */
export type AuthResult = 'right' | 'wrong' | 'busy' | 'gone'

/** Checks the passwords of basic authentication. The result for the same user, hash and password is kept. */
export class Authenticator {
  readonly #check: (password: string, hash: string) => Promise<boolean>
  readonly #clock: () => number
  /** Keys of results are made with it: passwords are not kept. */
  readonly #secret = randomBytes(32)
  readonly #right = new Set<string>()
  readonly #wrong = new Set<string>()
  readonly #checks = new TokenBuckets(CHECKS_AT_ONCE, CHECKS_PER_SECOND, MAX_CLIENTS)
  readonly #queue = new PasswordQueue()

  /** `check`: whether a password has a hash. `clock`: in ms. */
  constructor(check: (password: string, hash: string) => Promise<boolean>, clock: () => number) {
    this.#check = check
    this.#clock = clock
  }

  /** Whether an `Authorization` header has the password of one of the users. `requester`: who sent it. */
  async authenticate(
    header: string,
    users: ReadonlyMap<string, string>,
    requester: Requester,
  ): Promise<AuthResult> {
    const credentials = parseBasic(header)
    if (credentials === null) return 'wrong'
    const { user, password } = credentials
    const known = users.get(user)
    const hash = known ?? this.#hashOfNobody(user, [...users.values()])
    const key = this.#digest(JSON.stringify([user, hash, password]))
    let result: CheckResult = this.#right.has(key)
    if (!result && !this.#wrong.has(key)) {
      const { client } = requester
      let check = this.#queue.join(key, requester)
      if (check === undefined) {
        if (!this.#queue.hasRoomFor(client) || !this.#checks.take(client, this.#clock())) return 'busy'
        check = this.#queue.add(key, requester, () => this.#checkAndKeep(key, password, hash))
      }
      result = await check
    }
    if (result === 'gone') return 'gone'
    if (result === 'displaced') return 'busy'
    return result && known !== undefined ? 'right' : 'wrong'
  }

  async #checkAndKeep(key: string, password: string, hash: string): Promise<boolean> {
    const isRight = await this.#check(password, hash)
    keep(isRight ? this.#right : this.#wrong, key)
    return isRight
  }

  /** An unknown user takes as long as one of the known ones, always the same, so that their names can't be found out by time. */
  #hashOfNobody(user: string, hashes: readonly string[]): string {
    const n = Number.parseInt(this.#digest(user).slice(0, 8), 16) % hashes.length
    return `${(hashes[n] as string).slice(0, 7)}${NOBODY}`
  }

  #digest(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('hex')
  }
}

/** User and password of an `Authorization` header; null if it has none. */
export function parseBasic(header: string): { user: string; password: string } | null {
  const encoded = /^basic +([a-z0-9+/_-]+={0,2}) *$/i.exec(header)?.[1]
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Adds a result; the oldest goes. */
function keep(results: Set<string>, key: string): void {
  const [oldest = key] = results
  if (results.size >= MAX_RESULTS) results.delete(oldest)
  results.add(key)
}
