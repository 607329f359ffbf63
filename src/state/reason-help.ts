import { REASON_FACTS } from './reasons.ts'
import type { Reason } from './reasons.ts'

/** What a reason means and what to do about it, as sentences without the marks of Markdown. */
export interface ReasonHelp {
  readonly meaning: string
  /** '' if there is nothing to do. */
  readonly action: string
}

/** What a person is told about a reason beside the detail that was seen. */
export function reasonHelp(reason: Reason): ReasonHelp {
  const { meaning, action } = REASON_FACTS[reason]
  const other = /^As for `([\w-]+)`\.$/.exec(action)?.[1] as Reason | undefined
  return { meaning: plain(meaning), action: plain(other === undefined ? action : REASON_FACTS[other].action) }
}

function plain(text: string): string {
  return (
    text
      // The detail is shown, and not called that.
      .replaceAll(/;? `detail` [^.;]*/g, '')
      .replaceAll('..', '.')
      .replaceAll(/ ?(?:See|or see) (?:\[[^\]]*\]\([^)]*\)[, and]*)+\.?/g, '')
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll('`', '')
      .trim()
  )
}
