import { createSecureContext, getCACertificates } from 'node:tls'
import type { Url } from '../resource/resource.ts'
import { inputText, isPipe, MAX_PEM_BYTES } from './input-file.ts'
import type { ListSettings } from './list-entry.ts'
import { basicAuthorization, loginOf } from '../settings/basic-authorization.ts'
import { redactName } from '../settings/quote.ts'
import { describeError, ListError } from './read-targets.ts'

/** The settings of one list, and the URL whose origin they are for. */
export interface OriginSettings extends ListSettings {
  readonly listUrl: Url
}

/** TLS options. */
export interface PemOptions {
  readonly ca?: string[]
  readonly cert?: string
  readonly key?: string
}

/** What pipes hold, by path: each is read once, and serves every fetch. Bounded by the lists, which stay the same during a run. */
const pipes = new Map<string, Promise<string>>()

/** The text of a PEM file. */
function pemText(path: string): Promise<string> {
  if (!isPipe(path)) return inputText(path, MAX_PEM_BYTES)
  const known = pipes.get(path)
  if (known !== undefined) return known
  const text = inputText(path, MAX_PEM_BYTES)
  pipes.set(path, text)
  text.catch(() => pipes.delete(path))
  return text
}

/**
 * Credentials, headers and TLS options of the requests for one list. Credentials, headers and the client certificate are sent to
 * the list's own origin only; trusted certificates apply to every origin.
 */
export class ListAccess {
  readonly #settings: OriginSettings | null
  readonly #tlsAtOrigin: PemOptions
  readonly #tlsElsewhere: PemOptions

  private constructor(own: OriginSettings | null, pem: PemOptions) {
    this.#settings = own
    this.#tlsAtOrigin = pem
    this.#tlsElsewhere = pem.ca === undefined ? {} : { ca: pem.ca }
  }

  /** Reads the PEM files. `ca`: certificates that all lists trust. Rejects with a ListError that names the list `name`. */
  static async open(name: string, own: OriginSettings | null, ca: string | null): Promise<ListAccess> {
    const read = async (what: 'cacert' | 'cert' | 'key') => {
      const path = own?.[what] ?? null
      if (path === null) return null
      try {
        return await pemText(path)
      } catch (cause) {
        throw new ListError(name, `its ${what} ${redactName(path)}: ${describeError(cause)}`, cause)
      }
    }
    const [ownCa, cert, key] = [await read('cacert'), await read('cert'), await read('key')]
    const trusted = [ca, ownCa].filter((pem) => pem !== null)
    const pem: PemOptions = {
      ...(trusted.length === 0 ? {} : { ca: [...getCACertificates(), ...trusted] }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    }
    try {
      if (ownCa !== null || cert !== null) createSecureContext(pem)
    } catch (cause) {
      throw new ListError(name, `its cacert, cert or key: ${describeError(cause)}`, cause)
    }
    return new ListAccess(own, pem)
  }

  /** The headers of a request to `hop` after redirects from `requested`: names in lower case; the list's own headers win. */
  headers(hop: URL, requested: URL): Record<string, string> {
    const login = hop.origin === requested.origin ? urlCredentials(requested) : {}
    if (!this.#isListOrigin(hop)) return login
    const { listUrl, auth, headers } = this.#settings as OriginSettings
    return {
      ...urlCredentials(new URL(listUrl)),
      ...(auth === null ? {} : { authorization: basicAuthorization(auth) }),
      ...login,
      ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    }
  }

  /** TLS options for `hop`. The same object for the same options, so that it can be the key of a map. */
  tls(hop: URL): PemOptions {
    return this.#isListOrigin(hop) ? this.#tlsAtOrigin : this.#tlsElsewhere
  }

  #isListOrigin(hop: URL): boolean {
    return this.#settings !== null && hop.origin === new URL(this.#settings.listUrl).origin
  }
}

function urlCredentials(url: URL): Record<string, string> {
  const login = loginOf(url)
  return login === null ? {} : { authorization: basicAuthorization(login) }
}
