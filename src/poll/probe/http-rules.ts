import type { HttpProbeRules } from '../../settings/probe-module.ts'
import type { Reason } from '../../state/reasons.ts'
import type { ProbeLog } from './probe-log.ts'

/** What the rules of a module look at. */
export interface HttpAnswer {
  readonly status: number
  /** Such as `HTTP/1.1`. */
  readonly proto: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly isTls: boolean
  /** Null if it was not read. `problem`: why it could not be read to its end, for people. */
  readonly body: { readonly text: string; readonly problem: string | null } | null
}

/** What the rules say of an answer. */
export interface HttpJudgement {
  readonly success: boolean
  readonly failedDueToRegex: 0 | 1
  readonly reason: Reason
}

/** Decides whether an answer is what its module asks for. */
export type JudgeHttp = (answer: HttpAnswer, log: ProbeLog) => HttpJudgement

/** Prepares the rules of a module. */
export function compileHttp({ validStatusCodes }: HttpProbeRules): JudgeHttp {
  return ({ status, body }, log) => {
    const isValid =
      validStatusCodes.length === 0 ? status >= 200 && status < 300 : validStatusCodes.includes(status)
    if (!isValid) log('info', 'Invalid HTTP response status code, wanted 2xx', { status_code: status })
    const problem = body?.problem ?? null
    if (problem !== null) log('info', 'Failed to read HTTP response body', { err: problem })
    const success = isValid && problem === null
    return { success, failedDueToRegex: 0, reason: success ? 'ok' : isValid ? 'body' : 'status' }
  }
}
