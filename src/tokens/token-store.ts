import { oauth2Clients, oauth2Key } from '../settings/oauth2-clients.ts'
import { requestFiles } from '../settings/request-files.ts'
import type { RequestFile } from '../settings/request-files.ts'
import type { Token, TokenOptions } from './token-request.ts'

/** A token is renewed this share of its lifetime before its end, and at most MAX_MARGIN_MS. */
const MARGIN_SHARE = 0.1
const MAX_MARGIN_MS = 60_000

/** It is renewed no more often than this, in ms, however short its lifetime is. */
const MIN_INTERVAL_MS = 1_000

/** Time until the next request after one that failed, in ms. It doubles. */
const MIN_RETRY_MS = 2_000
const MAX_RETRY_MS = 60_000

/** A token that a server refuses is renewed no more often than this, in ms. */
const MIN_RENEWAL_MS = 60_000

/** The longest time that a timer can wait, in ms. */
const MAX_TIMER_MS = 0x7fff_ffff

/** Why a client that the configuration does not have gets no token. */
const UNDEFINED = 'the configuration does not define it under oauth2'

interface ClientState {
  token: string
  /** When the token ends, in ms on the clock of the store. */
  endsAt: number
  /** Why the last request got none; '' if it got one. */
  problem: string
  isBusy: boolean
  /** The last request: the answers to those before are of no use. */
  request: number
  retryMs: number
  /** When a refused token was renewed last. */
  renewedAt: number
  timer: NodeJS.Timeout | undefined
}

/**
 * The tokens of OAuth2 clients: one for each client, for all pollers. A token is asked for when a setting first names its client, and
 * again before it ends, when a server refuses it, or when the client is defined anew.
 */
export class TokenStore {
  readonly #clients = new Map<string, ClientState>()
  readonly #options: TokenOptions
  readonly #changed: (values: readonly RequestFile[]) => void
  readonly #now: () => number
  #closed = false

  /** `changed` takes the token of a client, or why it has none. `now`: a monotonic clock, in ms. */
  constructor(options: TokenOptions, changed: (values: readonly RequestFile[]) => void, now: () => number) {
    this.#options = options
    this.#changed = changed
    this.#now = now
    oauth2Clients.follow({
      used: (name) => this.#begin(name),
      removed: (name) => this.#remove(name),
    })
  }

  /**
   * A server has refused this token. The answer is `changed`, with another token, or with the same and, if there is no other to be had, why.
   * The same goes on to be sent until it ends: other servers may take it, and one that is broken may refuse all.
   */
  renew(name: string, refused: string): void {
    const client = this.#clients.get(name)
    if (client === undefined || client.isBusy) return
    const now = this.#now()
    if (client.token === refused && now - client.renewedAt >= MIN_RENEWAL_MS) {
      client.renewedAt = now
      void this.#fetch(name)
    } else this.#tell(name, client)
  }

  /** Asks for no more tokens. */
  close(): void {
    this.#closed = true
    for (const { timer } of this.#clients.values()) clearTimeout(timer)
  }

  /** The token that it may have is one of the former client. */
  #begin(name: string): void {
    this.#stateOf(name).endsAt = 0
    void this.#fetch(name)
  }

  #remove(name: string): void {
    const client = this.#clients.get(name)
    if (client === undefined) return
    clearTimeout(client.timer)
    this.#clients.delete(name)
    this.#tell(name, Object.assign(client, { token: '', problem: `no token from ${name}: ${UNDEFINED}` }))
  }

  async #fetch(name: string): Promise<void> {
    if (this.#closed) return
    const client = this.#stateOf(name)
    clearTimeout(client.timer)
    client.isBusy = true
    const request = ++client.request
    const isLast = () => !this.#closed && this.#clients.get(name) === client && client.request === request
    let nextMs = 0
    try {
      const { token, lifetimeMs } = await this.#request(name)
      if (!isLast()) return
      client.token = token
      client.endsAt = this.#now() + lifetimeMs
      client.problem = ''
      client.retryMs = MIN_RETRY_MS
      nextMs = Math.max(lifetimeMs - Math.min(lifetimeMs * MARGIN_SHARE, MAX_MARGIN_MS), MIN_INTERVAL_MS)
    } catch (error) {
      if (!isLast()) return
      if (client.endsAt <= this.#now()) client.token = ''
      const what = client.token === '' ? 'no token' : 'no other token'
      client.problem = `${what} from ${name}: ${(error as Error).message}`
      nextMs = client.retryMs
      client.retryMs = Math.min(client.retryMs * 2, MAX_RETRY_MS)
    }
    client.isBusy = false
    client.timer = setTimeout(() => void this.#fetch(name), Math.min(nextMs, MAX_TIMER_MS)).unref()
    this.#tell(name, client)
  }

  async #request(name: string): Promise<Token> {
    const client = oauth2Clients.get(name)
    if (client === null) throw new Error(UNDEFINED)
    const { secret } = client
    const text = 'text' in secret ? secret.text : requestFiles.textOf(secret.file)
    // Loaded when the first token is needed: node:https takes 4 MB.
    const { requestToken } = await import('./token-request.ts')
    return requestToken(client, text, this.#options)
  }

  #stateOf(name: string): ClientState {
    const known = this.#clients.get(name)
    if (known !== undefined) return known
    const state: ClientState = {
      token: '',
      endsAt: 0,
      problem: '',
      isBusy: false,
      request: 0,
      retryMs: MIN_RETRY_MS,
      renewedAt: Number.NEGATIVE_INFINITY,
      timer: undefined,
    }
    this.#clients.set(name, state)
    return state
  }

  #tell(name: string, { token, problem }: ClientState): void {
    this.#changed([[oauth2Key(name), new TextEncoder().encode(token), problem]])
  }
}
