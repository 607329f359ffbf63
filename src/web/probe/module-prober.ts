import type { ProbeModule } from '../../settings/probe-module.ts'
import { probeOptions } from '../../settings/probe-options.ts'
import type { HttpResponse } from '../../poll/http/exchange.ts'
import type { Probing } from '../../poll/probing.ts'
import { PASSED } from '../../poll/verdict/probe-result.ts'
import type { ResolvedProfile } from '../../poll/resolved-profile.ts'
import { httpModule } from './http-module.ts'
import { probeHttp } from './http-probe.ts'
import { compileDns } from './dns-probe.ts'
import type { ProbeContext } from './probe-context.ts'
import { secretsOfModule } from './request-secrets.ts'
import type { SecretsNow } from './request-secrets.ts'
import { compileTcp } from './tcp-probe.ts'

/** A module, prepared once for all of its probes. */
export interface ModuleProber {
  readonly module: ProbeModule
  readonly profile: ResolvedProfile
  /** What its log hides. */
  readonly secrets: SecretsNow
  /** Makes a probe and fills in its report. Returns the answer, if it has one that tells that the network works. */
  readonly probe: (context: ProbeContext) => Promise<HttpResponse | null>
}

/** Prepares a module. Throws if its settings can't be used. The profile has to be released. */
export function moduleProber(module: ProbeModule, { prober, options }: Probing): ModuleProber {
  const { rules } = module
  const profile = prober.resolveProfile(probeOptions(rules))
  const parts = { module, profile, secrets: secretsOfModule(rules, prober.values) }
  switch (rules.prober) {
    case 'http': {
      const prepared = httpModule(rules, profile, prober.values, options.tls)
      return { ...parts, probe: (context) => probeHttp(context, prepared) }
    }
    case 'tcp':
      return { ...parts, probe: withoutHttp(compileTcp(rules, prober.values, options.tls)) }
    case 'dns':
      return { ...parts, probe: withoutHttp(compileDns(rules, prober.values, options.tls)) }
    default:
      return rules satisfies never
  }
}

/** An answer that rules refuse is an answer all the same. */
function withoutHttp(probe: (context: ProbeContext) => Promise<void>): ModuleProber['probe'] {
  return async (context) => {
    await probe(context)
    const { failure, address } = context.report
    return failure === null && address !== '' ? PASSED : null
  }
}
