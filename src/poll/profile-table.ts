import type { Resource } from '../resource/resource.ts'
import type { ProfileUpdate } from '../settings/poll-options.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import type { Prober } from './prober.ts'
import type { ResolvedProfile } from './resolved-profile.ts'

/** The profiles of a poller, by the number that Resources carry. Number 0: the flags. */
export class ProfileTable {
  readonly #prober: Prober
  readonly #profiles: ResolvedProfile[]

  /** Throws if the certificates given can't be used. */
  constructor(prober: Prober, flags: UrlOptions) {
    this.#prober = prober
    this.#profiles = [prober.resolveProfile(flags)]
  }

  /** How Resources are polled to which only the flags apply. */
  get plain(): ResolvedProfile {
    return this.#profiles[0] as ResolvedProfile
  }

  /** Defines profiles for the Resources that come from now on. */
  set(updates: readonly ProfileUpdate[]): void {
    for (const [number, options] of updates) {
      const former = this.#profiles[number]
      this.#profiles[number] = this.#prober.resolveProfile(options)
      if (former !== undefined) this.#prober.releaseProfile(former)
    }
  }

  /** Looked up when the Resource arrives: by the time it is polled, its number may stand for another profile. */
  of({ id, profile }: Resource): ResolvedProfile {
    const known = this.#profiles[profile]
    if (known === undefined) throw new Error(`Resource ${id} arrived before its profile ${profile}`)
    return known
  }
}
