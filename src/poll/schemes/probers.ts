import type { Resource } from '../../resource/resource.ts'
import type { SchemeName } from '../../settings/schemes.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { classify } from '../attempt/classify.ts'
import { localFailure } from '../attempt/failure.ts'
import type { ProbeResult } from '../verdict/probe-result.ts'
import { probeDns } from './dns.ts'
import type { SchemePoll, SchemeProber } from './scheme-prober.ts'
import { probeGrpc } from './grpc.ts'
import { probeTcp } from './tcp.ts'
import { probeTls } from './tls.ts'
import { probeWebSocket } from './websocket.ts'

/** What polls the URLs of each scheme of the table in `src/settings/schemes.ts`. The Prober itself polls http and https. */
const PROBERS: Readonly<Record<Exclude<SchemeName, 'http' | 'https'>, SchemeProber>> = {
  tcp: probeTcp,
  tls: probeTls,
  dns: probeDns,
  ws: probeWebSocket,
  wss: probeWebSocket,
  grpc: probeGrpc,
  grpcs: probeGrpc,
}

/** Makes one attempt at a URL that is neither http nor https. `fresh`: use no cached DNS failure. Never throws. */
export async function probeScheme(
  attempt: Attempt,
  { url }: Resource,
  {
    options,
    transport,
    breaksRules,
  }: Pick<SchemePoll, 'options' | 'transport'> & Pick<ProbeResult, 'breaksRules'>,
  fresh: boolean,
): Promise<ProbeResult> {
  const hop = new URL(url)
  const result: ProbeResult = {
    method: '',
    hop,
    redirects: 0,
    fallback: null,
    address: '',
    breaksRules,
    tls: null,
    outcome: NOT_BEGUN,
    check: null,
  }
  try {
    const probe = PROBERS[hop.protocol.slice(0, -1) as keyof typeof PROBERS]
    result.outcome = await probe({ attempt, result, options, transport, fresh })
  } catch (error) {
    // A bug in headcount must not look like a fault of the URL.
    result.outcome = classify(error)
  }
  return result
}

const NOT_BEGUN = localFailure('unknown-error', 'nothing was sent')
