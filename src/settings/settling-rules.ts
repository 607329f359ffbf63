import type { SettlingRules } from '../resource/settling-rules.ts'
import type { UrlOptions } from './url-options.ts'

/** The settling rules that options make; null: the last poll alone decides the verdict. */
export function settlingRules({
  downAfter,
  upAfter,
}: Pick<UrlOptions, 'downAfter' | 'upAfter'>): SettlingRules | null {
  return downAfter === 1 && upAfter === 1 ? null : { downAfter, upAfter }
}
