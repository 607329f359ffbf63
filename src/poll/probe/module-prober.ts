import type { ProbeModule } from '../../settings/probe-module.ts'
import { probeOptions } from '../../settings/probe-options.ts'
import type { HttpResponse } from '../http/exchange.ts'
import type { Probing } from '../probing.ts'
import type { ResolvedProfile } from '../resolved-profile.ts'
import { httpModule } from './http-module.ts'
import { probeHttp } from './http-probe.ts'
import type { ProbeContext } from './probe-context.ts'

/** A module, prepared once for all of its probes. */
export interface ModuleProber {
  readonly module: ProbeModule
  readonly profile: ResolvedProfile
  /** Makes a probe and fills in its report. Returns the answer, if it has one that tells that the network works. */
  readonly probe: (context: ProbeContext) => Promise<HttpResponse | null>
}

/** Prepares a module. Throws if its settings can't be used. The profile has to be released. */
export function moduleProber(module: ProbeModule, { prober, options }: Probing): ModuleProber {
  const { rules } = module
  const profile = prober.resolveProfile(probeOptions(rules))
  switch (rules.prober) {
    case 'http': {
      const prepared = httpModule(rules, profile, prober.values, options.tls)
      return { module, profile, probe: (context) => probeHttp(context, prepared) }
    }
    default:
      throw new Error(`the prober ${rules.prober} is not served`)
  }
}
