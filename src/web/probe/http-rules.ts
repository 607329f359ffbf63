import { decodeText } from '../../poll/attempt/decode-text.ts'
import { makeExpression } from '../../settings/pattern.ts'
import type { Expression } from '../../settings/pattern.ts'
import type { HeaderRule, HttpProbeRules } from '../../settings/probe-module.ts'
import type { Reason } from '../../state/reasons.ts'
import type { ProbeLog } from './probe-log.ts'

/** What the rules of a module look at. */
export interface HttpAnswer {
  readonly status: number
  /** Such as `HTTP/1.1`. */
  readonly proto: string
  /** As in an HttpResponse. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly isTls: boolean
  /** Null if it was not read. */
  readonly body: AnswerBody | null
}

interface AnswerBody {
  readonly text: string
  /** Why it could not be read to its end, for people. */
  readonly problem: string | null
  /** False if it is not even the beginning of what it should be. */
  readonly isOpened: boolean
}

/** What the rules say of an answer. */
export interface HttpJudgement {
  readonly success: boolean
  readonly failedDueToRegex: 0 | 1
  /** The first reason against it. */
  readonly reason: Reason
}

/** Decides whether an answer is what its module asks for. */
export type JudgeHttp = (answer: HttpAnswer, log: ProbeLog) => HttpJudgement

/** Prepares the rules of a module. Throws a RangeError for an expression that was not checked before. */
export function compileHttp(rules: HttpProbeRules): JudgeHttp {
  const isStatusValid = statusRule(rules)
  const areHeadersValid = headerRules(rules)
  const isBodyValid = bodyRules(rules)
  const { validHttpVersions, failIfSsl, failIfNotSsl } = rules
  return (answer, log) => {
    const { proto, isTls, body } = answer
    let reason: Reason = isStatusValid(answer, log) ? 'ok' : 'status'
    let failedDueToRegex: 0 | 1 = 0
    // As in the exporter: an expression is looked at only as long as all is well, and all other rules always.
    if (reason === 'ok' && !areHeadersValid(answer, log)) [reason, failedDueToRegex] = ['header', 1]
    if (reason === 'ok' && body?.isOpened !== false && !isBodyValid(answer, log))
      [reason, failedDueToRegex] = ['body', 1]
    const against = (other: Reason) => {
      if (reason === 'ok') reason = other
    }
    const problem = body?.problem ?? null
    if (problem !== null) {
      log('info', 'Failed to read HTTP response body', { err: problem })
      against('body')
    }
    if (validHttpVersions.length > 0 && !validHttpVersions.includes(proto)) {
      log('error', 'Invalid HTTP version number', { version: proto })
      against('protocol')
    }
    if (isTls && failIfSsl) {
      log('error', 'Final request was over SSL')
      against('tls')
    } else if (!isTls && failIfNotSsl && reason === 'ok') {
      log('error', 'Final request was not over SSL')
      against('tls')
    }
    return { success: reason === 'ok', failedDueToRegex, reason }
  }
}

/** Whether an answer keeps one of the rules; what it breaks is logged. */
type Rule = (answer: HttpAnswer, log: ProbeLog) => boolean

function statusRule({ validStatusCodes }: HttpProbeRules): Rule {
  return ({ status }, log) => {
    if (validStatusCodes.length === 0) {
      if (status >= 200 && status < 300) return true
      log('info', 'Invalid HTTP response status code, wanted 2xx', { status_code: status })
    } else {
      if (validStatusCodes.includes(status)) return true
      const valid = `[${validStatusCodes.join(' ')}]`
      log('info', 'Invalid HTTP response status code', { status_code: status, valid_status_codes: valid })
    }
    return false
  }
}

function headerRules({ headerMatches, headerNotMatches }: HttpProbeRules): Rule {
  const rules = [
    ...headerMatches.map((rule) => headerRule(rule, false)),
    ...headerNotMatches.map((rule) => headerRule(rule, true)),
  ]
  return (answer, log) => rules.every((rule) => rule(answer, log))
}

/** `mustMatch`: one of the values has to match; otherwise none may. */
function headerRule({ header, regexp, allowMissing }: HeaderRule, mustMatch: boolean): Rule {
  const expression = makeExpression(regexp)
  const wanted = header.toLowerCase()
  return ({ fields }, log) => {
    const values = fields.filter(([name]) => name === wanted).map(([, value]) => decodeText(value))
    if (values.length === 0) {
      if (!allowMissing) log('error', 'Missing required header', { header })
      return allowMissing
    }
    if (values.some((value) => expression.test(value)) === mustMatch) return true
    const what = mustMatch ? 'Header did not match regular expression' : 'Header matched regular expression'
    log('error', what, { header, regexp, value_count: values.length })
    return false
  }
}

function bodyRules({ bodyMatches, bodyNotMatches }: HttpProbeRules): Rule {
  const named = (regexp: string): readonly [string, Expression] => [regexp, makeExpression(regexp)]
  const unwanted = bodyMatches.map(named)
  const wanted = bodyNotMatches.map(named)
  return ({ body }, log) => {
    if (unwanted.length + wanted.length === 0) return true
    if (body === null || body.problem !== null) {
      log('error', 'Error reading HTTP body', { err: body?.problem ?? 'the body was not read' })
      return false
    }
    const found = unwanted.find(([, expression]) => expression.test(body.text))
    if (found !== undefined) log('error', 'Body matched regular expression', { regexp: found[0] })
    if (found !== undefined) return false
    const missing = wanted.find(([, expression]) => !expression.test(body.text))
    if (missing !== undefined) log('error', 'Body did not match regular expression', { regexp: missing[0] })
    return missing === undefined
  }
}
