import { createSecureContext, getCACertificates } from 'node:tls'
import type { Url } from '../resource/resource.ts'
import { inputText, MAX_PEM } from './input.ts'
import type { ListSettings } from './list-entry.ts'
import { shownName } from './quote.ts'
import { explain, ListError } from './read.ts'

/** What one list says of its own requests, and the list whose origin they are for. */
export interface OwnAccess extends ListSettings {
  readonly home: Url
}

/** TLS options. */
export interface Pem {
  readonly ca?: string[]
  readonly cert?: string
  readonly key?: string
}

/**
 * With what a list is asked for, by where a request goes: credentials, headers and the client certificate stay at the origin of the
 * list; certificates to trust hold everywhere.
 */
export class ListAccess {
  readonly #own: OwnAccess | null
  readonly #pem: Pem
  readonly #pemElsewhere: Pem

  private constructor(own: OwnAccess | null, pem: Pem) {
    this.#own = own
    this.#pem = pem
    this.#pemElsewhere = pem.ca === undefined ? {} : { ca: pem.ca }
  }

  /** Reads the PEM files. `ca`: certificates to trust for all lists. Rejects with a ListError, in which the list is called `name`. */
  static async open(name: string, own: OwnAccess | null, ca: string | null): Promise<ListAccess> {
    const read = async (what: 'cacert' | 'cert' | 'key') => {
      const path = own?.[what] ?? null
      if (path === null) return null
      try {
        return await inputText(path, MAX_PEM)
      } catch (cause) {
        throw new ListError(name, `its ${what} ${shownName(path)}: ${explain(cause)}`, cause)
      }
    }
    const [ownCa, cert, key] = [await read('cacert'), await read('cert'), await read('key')]
    const trusted = [ca, ownCa].filter((pem) => pem !== null)
    const pem: Pem = {
      ...(trusted.length === 0 ? {} : { ca: [...getCACertificates(), ...trusted] }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    }
    try {
      if (ownCa !== null || cert !== null) createSecureContext(pem)
    } catch (cause) {
      throw new ListError(name, `its cacert, cert or key: ${explain(cause)}`, cause)
    }
    return new ListAccess(own, pem)
  }

  /** The headers for `hop`, on the way from `asked`: names in lower case, those that the list says last. */
  headers(hop: URL, asked: URL): Record<string, string> {
    const login = hop.origin === asked.origin ? loginOf(asked) : {}
    if (!this.#isHome(hop)) return login
    const { home, auth, headers } = this.#own as OwnAccess
    return {
      ...loginOf(new URL(home)),
      ...(auth === null ? {} : basic(auth)),
      ...login,
      ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    }
  }

  /** The TLS options of connections to `hop`: one object for all at the origin of the list, one for all others. */
  tls(hop: URL): Pem {
    return this.#isHome(hop) ? this.#pem : this.#pemElsewhere
  }

  #isHome(hop: URL): boolean {
    return this.#own !== null && hop.origin === new URL(this.#own.home).origin
  }
}

function loginOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  return basic(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
}

function basic(login: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
}
