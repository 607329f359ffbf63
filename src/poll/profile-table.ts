import type { Resource } from '../resource/resource.ts'
import { pairKey } from '../settings/certificate-paths.ts'
import type { ProfileUpdate } from '../settings/poll-options.ts'
import type { FileChange } from '../settings/request-files.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import type { Prober } from './prober.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import { canaryOptions, listCanaryOptions } from './verdict/canary-options.ts'

/** The profiles of a poller, by the number that Resources carry. Number 0: the flags. */
export class ProfileTable {
  readonly #prober: Prober
  readonly #profiles: ResolvedProfile[]
  #canaries: ResolvedProfile
  #direct: ResolvedProfile

  /** Throws if the certificates given can't be used. */
  constructor(prober: Prober, flags: UrlOptions) {
    this.#prober = prober
    this.#profiles = [prober.resolveProfile(flags)]
    this.#canaries = prober.resolveProfile(canaryOptions(flags))
    this.#direct = prober.resolveProfile(listCanaryOptions(flags, null))
  }

  /** How Resources are polled to which only the flags apply. */
  get plain(): ResolvedProfile {
    return this.#profiles[0] as ResolvedProfile
  }

  /** How canaries are probed. */
  get canaries(): ResolvedProfile {
    return this.#canaries
  }

  /** How canaries are probed that are known to answer without a proxy, over one address family or the other. */
  get direct(): ResolvedProfile {
    return this.#direct
  }

  /** Defines profiles for the Resources that come from now on. */
  set(updates: readonly ProfileUpdate[]): void {
    for (const [number, options] of updates) {
      const former = this.#profiles[number]
      this.#profiles[number] = this.#prober.resolveProfile(options)
      if (former !== undefined) this.#prober.releaseProfile(former)
    }
  }

  /** Files have other contents: connections with a certificate among them are not used any more. */
  renew(files: readonly FileChange[]): void {
    const keys = new Set(files.filter(([, bytes]) => bytes !== null).map(([key]) => key))
    const isOld = ({ options }: ResolvedProfile) => keys.has(pairKey(options) ?? '')
    // Entries: an array of profiles may have holes.
    for (const [number, profile] of Object.entries(this.#profiles))
      if (isOld(profile)) this.set([[Number(number), profile.options]])
    if (!isOld(this.#canaries)) return
    this.#canaries = this.#renewed(this.#canaries)
    this.#direct = this.#renewed(this.#direct)
  }

  #renewed(former: ResolvedProfile): ResolvedProfile {
    const renewed = this.#prober.resolveProfile(former.options)
    this.#prober.releaseProfile(former)
    return renewed
  }

  /** Looked up when the Resource arrives: by the time it is polled, its number may stand for another profile. */
  of({ id, profile }: Resource): ResolvedProfile {
    const known = this.#profiles[profile]
    if (known === undefined) throw new Error(`Resource ${id} arrived before its profile ${profile}`)
    return known
  }
}
