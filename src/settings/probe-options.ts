import type { HttpProbeRules, ProbeRules } from './probe-module.ts'
import { urlOptionsOf } from './url-options.ts'
import type { UrlOptions } from './url-options.ts'

/** How the polls of a module connect: no flag and no setting of a list applies to them, and no connection is used twice. */
export function probeOptions(rules: ProbeRules): UrlOptions {
  const common: UrlOptions = { ...urlOptionsOf(({ initial }) => initial), keepAlive: false, proxy: null }
  return rules.prober === 'http' ? { ...common, ...httpOptions(rules) } : { ...common, source: rules.source }
}

function httpOptions({ method, body, auth, proxy }: HttpProbeRules): Partial<UrlOptions> {
  return {
    method,
    data: body,
    auth: auth?.type === 'oauth2' ? { scheme: 'oauth2', client: auth.client } : null,
    proxy,
  }
}
