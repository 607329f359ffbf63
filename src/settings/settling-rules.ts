import type { SettlingRules } from '../resource/settling-rules.ts'
import type { UrlOptions } from './url-options.ts'

/** The settling rules that options make; null: the last poll alone decides the verdict. */
export function settlingRules({
  downAfter,
  upAfter,
  parent,
}: Pick<UrlOptions, 'downAfter' | 'upAfter' | 'parent'>): SettlingRules | null {
  return downAfter === 1 && upAfter === 1 && parent === null ? null : { downAfter, upAfter, parent }
}
