import { isIPv6 } from 'node:net'
import { BroadcastAddresses } from '../dial/broadcast-addresses.ts'
import { DialRace } from '../dial/dial-race.ts'
import { isFailure } from '../attempt/failure.ts'
import { isLoopback } from '../../settings/loopback.ts'
import { portOf } from '../../settings/schemes.ts'
import type { Canary } from '../../resource/canary.ts'

/** An address that has not answered after this time counts as not reached, in ms. */
const ANSWER_MS = 2_000

/** The result for an address is reused for this long, in ms. */
const TTL_MS = 1_000

/** Maximum number of results kept. */
const MAX_KNOWN = 64

/** Maximum number of addresses of a family that are tried. */
const MAX_TRIED = 4

/**
 * Decides who is to blame if this machine has no route to an address: this machine if it reaches no other address of that
 * family, and otherwise the address. So a name or redirect that leads to a broadcast address is not taken for a dead network.
 */
export class Routes {
  readonly #canaries: () => readonly Canary[]
  readonly #now: () => number
  readonly #broadcasts: BroadcastAddresses
  readonly #known = new Map<string, { readonly at: number; readonly reached: Promise<boolean> }>()

  /** `canaries` returns URLs that answered and their addresses. `now` is the monotonic clock, in ms. */
  constructor(canaries: () => readonly Canary[], now: () => number) {
    this.#canaries = canaries
    this.#now = now
    this.#broadcasts = new BroadcastAddresses(now)
  }

  /** Whether this machine reaches other addresses of the same families as these. */
  async isFamilyReachable(addresses: readonly string[]): Promise<boolean> {
    // Loopback is always reachable, and a broadcast address never is: both are the URL's fault.
    if (addresses.some((address) => isLoopback(address) || this.#broadcasts.has(address))) return true
    const families = new Set(addresses.map(isIPv6))
    const others = this.#canaries()
      .filter(({ address }) => families.has(isIPv6(address)) && !addresses.includes(address))
      .slice(-MAX_TRIED)
    const reached = await Promise.all(others.map((canary) => this.#isReachable(canary)))
    return reached.includes(true)
  }

  #isReachable({ url, address }: Canary): Promise<boolean> {
    const now = this.#now()
    const known = this.#known.get(address)
    if (known !== undefined && now - known.at < TTL_MS) return known.reached
    if (this.#known.size === MAX_KNOWN) this.#known.clear()
    const reached = canConnect(address, portOf(new URL(url)))
    this.#known.set(address, { at: now, reached })
    return reached
  }
}

/** Whether an address can be reached. A refused connection shows that it can. */
function canConnect(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const race = new DialRace([address], port, (end) => {
      clearTimeout(timer)
      if (!isFailure(end)) end.socket.destroy()
      resolve(!isFailure(end) || end.reason === 'refused')
    })
    const timer = setTimeout(() => {
      race.destroy()
      resolve(false)
    }, ANSWER_MS)
  })
}
