import type { UrlOptions } from './url-options.ts'

type BodyOptions = Pick<UrlOptions, 'body' | 'bodyNot' | 'json' | 'maxSize'>

/** Why a setting that needs the body can't be beside method HEAD. */
export const NO_BODY =
  'an answer to HEAD has no body: leave method out, or write method=GET, as in method=GET body="ready"'

/** The settings that need the body of the answer: `readsBody` looks at each. */
export const BODY_SETTINGS = ['body', 'body-not', 'json', 'max-size'] as const

/** Whether settings need the body of the answer. An empty text stands for none, so that a line can remove that of its group. */
export function readsBody({
  body = [],
  bodyNot = [],
  json = [],
  maxSize = null,
}: Partial<BodyOptions>): boolean {
  return maxSize !== null || json.length > 0 || [...body, ...bodyNot].some((text) => text !== '')
}
