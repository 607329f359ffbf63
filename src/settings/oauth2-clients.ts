import type { FileUse } from './file-uses.ts'
import { ANY_CONTENTS } from './request-files.ts'

/** A client of an OAuth2 server, which gets tokens by its own credentials (RFC 6749, section 4.4). */
export interface Oauth2Client {
  readonly tokenUrl: string
  readonly clientId: string
  /** Itself, or the absolute path of its file. */
  readonly secret: { readonly text: string } | { readonly file: string }
  /** Null: none is asked for. */
  readonly scope: string | null
  /** More parameters of the request for a token; those of the same name replace the usual ones. Undefined: none. */
  readonly params?: readonly (readonly [name: string, value: string])[]
}

/** The most clients. */
const MAX_CLIENTS = 1_000

/** What gets tokens for clients. */
export interface Oauth2Follower {
  /** A setting uses this client, or it is used and another one now. */
  used(name: string): void
  /** It is defined no more. */
  removed(name: string): void
}

/** The clients that the configuration defines, and those that settings use. */
export class Oauth2Clients {
  readonly #clients = new Map<string, Oauth2Client>()
  readonly #used = new Set<string>()
  /** What the flag `--auth` names. */
  #pinned: string | null = null
  #follower: Oauth2Follower | null = null

  /** Defines a client, or changes it. Throws a RangeError. */
  define(name: string, client: Oauth2Client): void {
    const before = this.#clients.get(name)
    if (this.#clients.size === MAX_CLIENTS && before === undefined)
      throw new RangeError(`more than ${MAX_CLIENTS} clients`)
    this.#clients.set(name, client)
    const isOther = JSON.stringify(before) !== JSON.stringify(client)
    if (isOther && this.#used.has(name)) this.#follower?.used(name)
  }

  /** Nothing uses this client any more, and its name is free. */
  remove(name: string): void {
    this.#clients.delete(name)
    if (this.#used.delete(name)) this.#follower?.removed(name)
  }

  /** A flag names this client. No reload changes that, so the client stays. */
  pin(name: string): void {
    this.#pinned = name
  }

  /** The configuration has it no more. Settings may name it still: they get no token until it is defined again. */
  withdraw(name: string): void {
    if (name === this.#pinned || !this.#clients.delete(name) || !this.#used.has(name)) return
    // Those that are remembered beyond the clients that there are.
    if (this.#used.size > MAX_CLIENTS) this.#used.delete(name)
    this.#follower?.removed(name)
  }

  /** The client with this name; null if there is none. */
  get(name: string): Oauth2Client | null {
    return this.#clients.get(name) ?? null
  }

  /** The files with the secrets of all clients. */
  *files(): Generator<FileUse> {
    for (const { secret } of this.#clients.values()) if ('file' in secret) yield [secret.file, ANY_CONTENTS]
  }

  /** A setting names a client. */
  use(name: string): void {
    if (this.#used.has(name)) return
    this.#used.add(name)
    this.#follower?.used(name)
  }

  /** Tells `follower` of each client that settings use, also later. */
  follow(follower: Oauth2Follower): void {
    this.#follower = follower
    for (const name of this.#used) follower.used(name)
  }
}

/** The key of a client's token among the contents of files. */
export function oauth2Key(name: string): string {
  return `oauth2:${name}`
}

/** The clients of this run. */
export const oauth2Clients = new Oauth2Clients()
