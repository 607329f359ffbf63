import type { RequestData } from '../../settings/request-data.ts'
import { redactName } from '../../settings/quote.ts'
import { explainedFailure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'
import type { RequestValues } from '../../poll/http/request-values.ts'

/** Tells why a file that a module needs can't be read; null if all can. Failure: `local`. */
export type FindMissing = () => Failure | null

/** Prepares the check of what may come from files. */
export function findMissing(data: readonly (RequestData | null)[], values: RequestValues): FindMissing {
  const files = data.flatMap((one) => (one !== null && 'file' in one ? [one.file] : []))
  const known = files.map((file) => ({ file, value: values.of(file) }))
  return () => {
    const missing = known.find(({ value }) => value.problem !== '')
    if (missing === undefined) return null
    return explainedFailure('module-file', `${redactName(missing.file)}: ${missing.value.problem}`)
  }
}
