import type { HttpProbeRules, ProbeAuth } from '../../settings/probe-module.ts'
import type { RequestData } from '../../settings/request-data.ts'
import { isFailure } from '../../poll/attempt/failure.ts'
import type { BodyPlan } from '../../poll/http/body-reader.ts'
import type { ResolvedProfile } from '../../poll/resolved-profile.ts'
import type { RequestValues } from '../../poll/http/request-values.ts'
import type { PemTexts } from '../../poll/dial/tls.ts'
import { compileHttp } from './http-rules.ts'
import type { JudgeHttp } from './http-rules.ts'
import { findMissing } from './missing-file.ts'
import type { FindMissing } from './missing-file.ts'
import { authorizationOf, textOf } from './request-secrets.ts'
import type { TextNow } from './request-secrets.ts'
import { compileTls } from './probe-tls.ts'
import type { CompiledTls } from './probe-tls.ts'

/** How much of a body expressions are matched with, in decoded bytes, unless its module limits it. */
const MAX_MATCHED = 16 * 1024 * 1024

/** A module of the prober http, prepared once. */
export interface HttpModule {
  readonly rules: HttpProbeRules
  readonly profile: ResolvedProfile
  readonly judge: JudgeHttp
  /** The headers of requests, their names in lower case. */
  readonly headers: readonly (readonly [name: string, value: TextNow])[]
  /** Authorization, from what the module has for that; null for none. */
  readonly authorization: TextNow | null
  readonly tls: CompiledTls
  readonly bodyPlan: BodyPlan
  /** Why no request can be made. Failure: `local`. */
  readonly unprepared: FindMissing
  /** Why a request can't be sent. Failure: `local`. */
  readonly unsendable: FindMissing
  /** The content coding that a body must have; '' for whatever it is. */
  readonly coding: string
}

/** Prepares a module. Throws if an expression is invalid. */
export function httpModule(
  rules: HttpProbeRules,
  profile: ResolvedProfile,
  values: RequestValues,
  texts: PemTexts,
): HttpModule {
  const { bodySizeLimit, bodyMatches, bodyNotMatches, compression } = rules
  const isMatched = bodyMatches.length + bodyNotMatches.length > 0
  const limit = bodySizeLimit === 0 ? MAX_MATCHED : Math.min(bodySizeLimit, MAX_MATCHED)
  const headers = rules.headers.map(([name, value]) => [name.toLowerCase(), textOf(value, values)] as const)
  const tls = compileTls(rules.tls, values, texts)
  const noBody = findMissing([rules.body], values)
  const { ca, cert, key } = rules.tls
  const isDefault = ca === null && cert === null && key === null
  return {
    rules,
    profile,
    judge: compileHttp(rules),
    headers,
    authorization: authorizationOf(rules.auth, values),
    tls,
    unprepared() {
      // As in the exporter, also where no TLS is spoken.
      const context = isDefault ? null : tls.context()
      return isFailure(context) ? context : noBody()
    },
    unsendable: findMissing([...authData(rules.auth), ...rules.headers.map(([, value]) => value)], values),
    // A body is read to its end, however long it is: the deadline ends it.
    bodyPlan: {
      limit: isMatched ? limit : 0,
      maxBytes: bodySizeLimit === 0 ? Number.MAX_SAFE_INTEGER : bodySizeLimit,
      search: null,
    },
    coding: compression === null || compression === 'identity' ? '' : compression,
  }
}

function authData(auth: ProbeAuth | null): readonly RequestData[] {
  if (auth === null || auth.type === 'oauth2') return []
  return auth.type === 'basic' ? [auth.username, auth.password] : [auth.credentials]
}
