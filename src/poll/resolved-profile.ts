import { AwsSource } from './http/aws-source.ts'
import { clientPemOf } from './http/client-pem.ts'
import type { ClientPem } from './http/client-pem.ts'
import { DigestSource } from './http/digest-auth.ts'
import type { RequestExtras } from './http/custom-request.ts'
import { secretsOfSettings } from './http/known-secrets.ts'
import type { RenewToken } from './http/token-auth.ts'
import { sharedHeaders } from './http/request-headers.ts'
import type { RequestHeaders } from './http/request-headers.ts'
import type { RequestValues } from './http/request-values.ts'
import type { Transport, Transports } from './http/transports.ts'
import { choiceFor } from './transport-choice.ts'
import type { TransportChoice } from './transport-choice.ts'
import { checksOf } from './checks/checks.ts'
import type { Checks } from './checks/checks.ts'
import { awsKey } from '../settings/aws-identities.ts'
import { oauth2Key } from '../settings/oauth2-clients.ts'
import { pairKey } from '../settings/certificate-paths.ts'
import { isIdempotent } from '../settings/method.ts'
import { readsBody } from '../settings/reads-body.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import type { Judgement } from './verdict/judge.ts'
import { brokenByCertificates } from './verdict/certificate-rules.ts'
import type { CertificateRules } from './verdict/certificate-rules.ts'
import type { ProbeResult } from './verdict/probe-result.ts'
import { urlRules } from './verdict/url-rules.ts'
import type { UrlRules } from './verdict/url-rules.ts'

/** The options of a URL with those filled in that follow from others. */
export interface ResolvedOptions extends UrlOptions {
  readonly method: string
}

/** How the Resources of a profile are polled. Built once, when the poller receives the profile, not for each poll. */
export interface ResolvedProfile {
  readonly options: ResolvedOptions
  /** The headers of their requests. */
  readonly headers: RequestHeaders
  /** Opens their connections, unless `choice` does. */
  readonly transport: Transport
  /** Chooses the transport of each request; null for most. */
  readonly choice: TransportChoice | null
  /** What they send besides a plain HEAD or GET; null for most. */
  readonly extras: RequestExtras | null
  /** The secrets among the settings: no text of a server shows them. None for most. */
  readonly secrets: readonly string[]
  /** Null for most. */
  readonly rules: UrlRules | null
  /** Whether certificates break them; null: there are none about certificates. */
  readonly breaksRules: ProbeResult['breaksRules']
  /** What their answers must be like; null for most. */
  readonly checks: Checks | null
  /** How to poll over IPv4 and over IPv6 the URLs that must answer over both families, and have both; null for most. */
  readonly families: readonly [overIpv4: ResolvedProfile, overIpv6: ResolvedProfile] | null
  /** Makes a probe instead of a poll; null for all Resources of lists. */
  readonly probe: (() => Promise<Judgement>) | null
}

/** What profiles are made of besides their options. */
interface ProfileParts {
  readonly transports: Transports
  readonly values: RequestValues
  readonly renew: RenewToken
}

/** Builds a profile for one address family from its options. Throws if the certificates given can't be used. */
export function resolveFor(options: UrlOptions, family: 0 | 4 | 6, parts: ProfileParts): ResolvedProfile {
  const { transports, values, renew } = parts
  const rules = urlRules(options)
  const own = {
    ...options,
    family,
    readsCertificates: rules?.certificates?.readsCertificates === true,
    client: clientOf(options, values),
  }
  const resolved = resolvedOptions(options)
  return {
    options: resolved,
    headers: sharedHeaders(resolved),
    extras: requestExtras(resolved, values, renew),
    secrets: secretsOfSettings(options),
    rules,
    breaksRules: breaksRulesOf(rules?.certificates ?? null),
    checks: checksOf(options),
    transport: transports.acquire({ ...own, proxy: null }),
    choice: choiceFor(transports, own),
    families: null,
    probe: null,
  }
}

function breaksRulesOf(rules: CertificateRules | null): ProbeResult['breaksRules'] {
  if (rules === null || !rules.readsCertificates) return null
  return (certificates) => brokenByCertificates(rules, certificates, Date.now()) !== null
}

/** The client certificate; null if there is none, or if main has not sent it yet. */
function clientOf(options: UrlOptions, values: RequestValues): ClientPem | null {
  const name = pairKey(options)
  return name === null ? null : clientPemOf(values.of(name).bytes)
}

/** The transport for a request to `hop`: the polled URL, or one that it redirects to. */
export function transportFor({ transport, choice }: ResolvedProfile, hop: URL, polledUrl: URL): Transport {
  return choice === null ? transport : choice.of(hop, polledUrl)
}

/** The profile with the transport for this URL, of a scheme without redirects. */
export function withTransport(profile: ResolvedProfile, url: string): ResolvedProfile {
  if (profile.choice === null) return profile
  const polledUrl = new URL(url)
  return { ...profile, transport: profile.choice.of(polledUrl, polledUrl) }
}

/** Fills in the options that follow from others. */
function resolvedOptions(options: UrlOptions): ResolvedOptions {
  const { data } = options
  const method = methodOf(options)
  // The server may close a kept connection at the moment of the request, which then would have to be sent again.
  return { ...options, method, keepAlive: options.keepAlive && isIdempotent(method) && data === null }
}

/** What requests have besides a plain HEAD or GET; null for nothing. */
function requestExtras(
  { method, data, auth }: ResolvedOptions,
  values: RequestValues,
  renew: RenewToken,
): RequestExtras | null {
  if (data === null && auth === null && (method === 'HEAD' || method === 'GET')) return null
  return {
    content: data === null ? null : 'text' in data ? { bytes: Buffer.from(data.text) } : values.of(data.file),
    auth:
      auth?.scheme === 'basic' || auth?.scheme === 'bearer'
        ? { scheme: auth.scheme, secret: values.of(auth.file) }
        : null,
    digest: auth?.scheme === 'digest' ? new DigestSource(values.of(auth.file)) : null,
    aws: auth?.scheme === 'aws' ? new AwsSource(values.of(awsKey(auth.identity)), values) : null,
    token:
      auth?.scheme === 'oauth2'
        ? { client: auth.client, value: values.of(oauth2Key(auth.client)), renew }
        : null,
  }
}

/** An answer to HEAD has no body: a line that asks for one wins over the method of its group. */
function methodOf(options: UrlOptions): string {
  const method = options.method ?? (options.data === null ? 'HEAD' : 'POST')
  return method === 'HEAD' && readsBody(options) ? 'GET' : method
}
