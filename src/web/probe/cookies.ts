/** The most cookies that are kept of one probe, and the longest one, in UTF-16 units. */
const MAX_COOKIES = 50
const MAX_LENGTH = 4_096

/** The cookies that servers set in one probe: a redirect often leads back only to who has them. */
export class Cookies {
  /** By host, then by name. */
  readonly #byHost = new Map<string, Map<string, string>>()
  #count = 0

  /** Takes those of an answer of this host. */
  take(host: string, fields: readonly (readonly [name: string, value: string])[]): void {
    for (const [name, value] of fields) if (name === 'set-cookie') this.#set(host, value)
  }

  /** The header for a request to this host; null for none. */
  header(host: string): string | null {
    const cookies = this.#byHost.get(host)
    if (cookies === undefined || cookies.size === 0) return null
    return Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  #set(host: string, text: string): void {
    const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(text) ?? []
    if (name === undefined || value === undefined || text.length > MAX_LENGTH) return
    const cookies = this.#byHost.get(host) ?? new Map<string, string>()
    this.#byHost.set(host, cookies)
    if (/;\s*max-age=(?:0|-)/i.test(text)) cookies.delete(name)
    else if (cookies.has(name) || this.#count++ < MAX_COOKIES) cookies.set(name, value.trim())
  }
}
