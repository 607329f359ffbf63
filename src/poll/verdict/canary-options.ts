import { SECRET_HEADER } from '../../settings/hide-login.ts'
import type { ProbedUrl } from '../../resource/canary.ts'
import { readsBody } from '../../settings/reads-body.ts'
import type { UrlOptions } from '../../settings/url-options.ts'

/**
 * How canaries are probed: as the flags say, but without a request that may change something there, and without the secrets of the
 * flags, which its own line may replace. Any answer will do, so nothing of it is checked, and a redirect is not followed.
 */
export function canaryOptions(options: UrlOptions): UrlOptions {
  const { method, headers, family } = options
  return {
    ...options,
    // Where the flags check bodies, servers answer GET.
    method: method === 'GET' || (method === null && readsBody(options)) ? 'GET' : 'HEAD',
    data: null,
    auth: null,
    headers: headers.filter(([name]) => !SECRET_HEADER.test(name)),
    maxRedirects: 0,
    talk: [],
    getFallback: false,
    family: family === 'both' ? 0 : family,
    body: [],
    bodyNot: [],
    json: [],
    maxSize: null,
    responseHeaders: [],
    maxTimeMs: null,
  }
}

/** The same for canaries of the list: what the flags say of the way to a server did not apply to them, except the local address. */
export function listCanaryOptions(options: UrlOptions, proxy: UrlOptions['proxy']): UrlOptions {
  return { ...canaryOptions(options), proxy, family: 0, resolve: null, serverName: null, unix: null }
}

/** The profile with the method by which a canary is known to answer: some servers are silent when they are asked by HEAD. */
export function askedAs<Profile extends { readonly options: UrlOptions }>(
  profile: Profile,
  { byGet }: ProbedUrl,
): Profile {
  return byGet === true ? { ...profile, options: { ...profile.options, method: 'GET' } } : profile
}
