import type { Verdict } from '../server/answers.ts'

/** What a sign can stand for: a verdict, or a warning about a URL that is up. */
export type Sign = Verdict | 'warning'

const WORDS: Readonly<Record<Sign, string>> = {
  up: 'up',
  down: 'down',
  unknown: 'unknown',
  pending: 'not polled yet',
  warning: 'warning',
}

/** A verdict as a shape of its own, for those who do not see its colour too. */
export function Glyph({ sign }: { readonly sign: Sign }) {
  return (
    <svg class={`glyph ${sign}`} viewBox="0 0 14 14" role="img" aria-label={WORDS[sign]}>
      {SHAPES[sign]()}
    </svg>
  )
}

const SHAPES: Readonly<Record<Sign, () => preact.JSX.Element>> = {
  up: () => <circle class="fill" cx="7" cy="7" r="5" />,
  down: () => <path class="fill" d="M.8 1.8h12.4L7 13z" />,
  unknown: () => <circle class="line dashed" cx="7" cy="7" r="4.6" />,
  pending: () => <circle class="line" cx="7" cy="7" r="2.2" />,
  warning: () => <path class="line" d="M7 1.8l5.4 10H1.6z" />,
}
