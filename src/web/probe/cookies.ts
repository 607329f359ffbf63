import { Cookie, CookieJar } from 'tough-cookie'

/** The most cookies that are taken in one probe, and the longest one, in UTF-16 units. */
const MAX_COOKIES = 100
const MAX_LENGTH = 4_096

/** Names and values that Go's client takes: a token, and ASCII without control characters, `"` and `\`. */
const VALID_NAME = /^[!#$%&'*+\-.^`|~\w]+$/
const VALID_VALUE = /^(?:"[ !#-[\]-~]*"|[ !#-[\]-~]*)$/

/**
 * The cookies of one probe, by the rules of RFC 6265: a redirect often leads back only to who has them. As in Go, the prefix `__Host-` has no
 * meaning, and localhost is no exception for `Secure`.
 */
export class Cookies {
  readonly #jar = new CookieJar(undefined, {
    prefixSecurity: 'unsafe-disabled',
    allowSecureOnLocal: false,
    enforceSecureOriginOnStorage: false,
  })
  #count = 0
  /** Those of the module's header `Cookie`. */
  #own: readonly string[]

  /** `own`: the header `Cookie` of the module; null for none. */
  constructor(own: string | null) {
    this.#own = own === null ? [] : [own]
  }

  /** Takes those of an answer of this URL. */
  take(url: URL, fields: readonly (readonly [name: string, value: string])[]): void {
    for (const [name, value] of fields) if (name === 'set-cookie') this.#set(url, value)
  }

  /** The one header for a request to this URL; null for none. `withOwn`: with the cookies of the module, which come first. */
  header(url: URL, withOwn: boolean): string | null {
    const text = [...(withOwn ? this.#own : []), this.#jar.getCookieStringSync(url.href)]
      .filter((part) => part !== '')
      .join('; ')
    return text === '' ? null : text
  }

  #set(url: URL, text: string): void {
    const cookie = text.length > MAX_LENGTH ? undefined : Cookie.parse(text)
    if (cookie === undefined || !VALID_NAME.test(cookie.key) || !VALID_VALUE.test(cookie.value)) return
    this.#replaceOwn(cookie.key)
    if (this.#count++ >= MAX_COOKIES) return
    // That of a host of one label, such as `web`, is no domain that others share.
    if (cookie.domain === url.hostname && !url.hostname.includes('.')) cookie.domain = null
    this.#jar.setCookieSync(cookie, url.href, { ignoreError: true })
  }

  /** As in Go, a cookie that a server sets takes the place of the module's of the same name. */
  #replaceOwn(name: string): void {
    const pairs = this.#own.flatMap((text) => text.split(/;\s*/))
    const others = pairs.filter((pair) => pair.split('=', 1)[0]?.trim() !== name)
    if (others.length < pairs.length) this.#own = others
  }
}
