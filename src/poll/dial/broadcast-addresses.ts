import { networkInterfaces } from 'node:os'

/** The network interfaces are listed again after this time, in ms. */
const REFRESH_MS = 10_000

/** The broadcast addresses of this machine's IPv4 networks. `now` is the monotonic clock, in ms. */
export class BroadcastAddresses {
  readonly #now: () => number
  #known: ReadonlySet<string> = new Set()
  #knownAt = Number.NEGATIVE_INFINITY

  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether this is a broadcast address. */
  has(address: string): boolean {
    if (this.#now() - this.#knownAt >= REFRESH_MS) {
      this.#knownAt = this.#now()
      this.#known = new Set(
        Object.values(networkInterfaces())
          .flatMap((of) => of ?? [])
          .flatMap(({ cidr }) => broadcastOf(cidr) ?? []),
      )
    }
    return this.#known.has(address)
  }
}

/** The broadcast address of an IPv4 network such as `192.0.2.1/24`; null if it has none. */
export function broadcastOf(cidr: string | null): string | null {
  const [, address = '', prefix = ''] = /^(\d+(?:\.\d+){3})\/(\d+)$/.exec(cidr ?? '') ?? []
  if (address === '' || Number(prefix) > 30) return null
  const hostBits = 2 ** (32 - Number(prefix)) - 1
  const bytes = address.split('.').map(Number)
  return bytes.map((byte, at) => byte | ((hostBits >>> (8 * (3 - at))) & 255)).join('.')
}
