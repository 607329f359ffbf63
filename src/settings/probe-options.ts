import type { HttpProbeRules, ProbeRules } from './probe-module.ts'
import { urlOptionsOf } from './url-options.ts'
import type { UrlOptions } from './url-options.ts'
import type { Proxy, ProxySetting } from './proxy.ts'

/** How the polls of a module connect: no flag and no setting of a list applies to them, and no connection is used twice. */
export function probeOptions(rules: ProbeRules): UrlOptions {
  const common: UrlOptions = { ...urlOptionsOf(({ initial }) => initial), keepAlive: false, proxy: null }
  return rules.prober === 'http' ? { ...common, ...httpOptions(rules) } : { ...common, source: rules.source }
}

function httpOptions({ method, body, auth, proxy, proxyHeaders }: HttpProbeRules): Partial<UrlOptions> {
  return {
    method,
    data: body,
    auth: auth?.type === 'oauth2' ? { scheme: 'oauth2', client: auth.client } : null,
    proxy: withHeaders(proxy, proxyHeaders),
  }
}

function withHeaders(
  setting: ProxySetting | null,
  headers: HttpProbeRules['proxyHeaders'],
): ProxySetting | null {
  if (setting === null || headers.length === 0) return setting
  const add = (proxy: Proxy | null) => (proxy === null ? null : { ...proxy, headers })
  return { ...setting, forHttp: add(setting.forHttp), forOthers: add(setting.forOthers) }
}
