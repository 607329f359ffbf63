import { isIP } from 'node:net'
import type { Overrides } from './url-options.ts'
import { unbracket } from './unbracket.ts'

/** Why the settings of a line do not fit the host of its URL; null if they do. */
export function unfitFamily(url: string, overrides: Overrides | null): string | null {
  if (overrides === null || overrides.family !== 'both') return null
  const { resolve, unix, proxy } = overrides
  const leadsElsewhere = [resolve, unix, proxy].some((one) => one !== undefined && one !== null)
  if (leadsElsewhere || isIP(unbracket(new URL(url).hostname)) === 0) return null
  return 'ipv: both is for a host with addresses of both families, and this host is an address: use its name, or resolve'
}
