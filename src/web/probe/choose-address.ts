import { isIP } from 'node:net'
import { failure, isFailure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'
import type { NetworkRules } from '../../settings/probe-module.ts'
import type { ProbeContext } from './probe-context.ts'
import { unbracket } from '../../settings/unbracket.ts'

/**
 * Looks the name of the target up and returns one address: of the preferred family, or else of the other one if that may be used. Puts it
 * into the report, and how long it took. `hostname` is as in `URL.hostname`.
 */
export async function chooseAddress(
  { attempt, dialer, report, log, now }: Pick<ProbeContext, 'attempt' | 'dialer' | 'report' | 'log' | 'now'>,
  hostname: string,
  { preferred, fallback }: Pick<NetworkRules, 'preferred' | 'fallback'>,
): Promise<string | Failure> {
  const target = unbracket(hostname)
  const family = `ip${preferred}`
  log('info', 'Resolving target address', { target, ip_protocol: family })
  const began = now()
  report.lookupMs = 0
  const addresses =
    hostname === ''
      ? failure('dns', 'the target has no host')
      : await dialer.addresses(attempt, hostname, true)
  report.lookupMs = now() - began
  const chosen = isFailure(addresses) ? addresses : ofFamily(addresses, target, preferred, fallback)
  if (isFailure(chosen)) {
    const fields = fallback ? { target } : { target, ip_protocol: family }
    log('error', 'Resolution with IP protocol failed', { ...fields, err: chosen.detail })
    return chosen
  }
  report.address = chosen
  log('info', 'Resolved target address', { target, ip: chosen })
  return chosen
}

function ofFamily(
  addresses: readonly string[],
  target: string,
  preferred: 4 | 6,
  fallback: boolean,
): string | Failure {
  const first = addresses.find((address) => isIP(address) === preferred)
  // As the exporter does, the last of the other family.
  const chosen = first ?? (fallback ? addresses.at(-1) : undefined)
  return chosen ?? failure('dns', `${target}: no address of IPv${preferred}`)
}
