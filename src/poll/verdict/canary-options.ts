import type { UrlOptions } from '../../settings/url-options.ts'

/** How canaries are probed: as the flags say, but without a request that may change something there. Any answer will do. */
export function canaryOptions(options: UrlOptions): UrlOptions {
  return {
    ...options,
    method: options.method === 'GET' ? 'GET' : 'HEAD',
    data: null,
    auth: null,
    talk: [],
    getFallback: false,
  }
}
