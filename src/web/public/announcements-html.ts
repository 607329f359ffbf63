import type { Announcement, Severity } from '../../settings/public-page.ts'
import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import { time } from './services-html.ts'

const WORDS: Readonly<Record<Severity, string>> = { info: 'Note', warning: 'Warning', critical: 'Urgent' }

/** The announcements of this time; null if there are none. `at`: in ms since the epoch. */
export function announcements(list: readonly Announcement[], at: number): Markup | null {
  const shown = list.filter(({ from, to }) => (from ?? at) <= at && at < (to ?? Infinity))
  if (shown.length === 0) return null
  return markup`<section class="notes" aria-label="Announcements">
${shown.map(announcement)}</section>`
}

function announcement({ text, severity, from, to }: Announcement): Markup {
  const begin = from === null ? null : markup` <span class="soft">from ${time(from)}</span>`
  const end = to === null ? null : markup` <span class="soft">until ${time(to)}</span>`
  return markup`<article class="note ${severity}">
<h2>${WORDS[severity]}${begin}${end}</h2>
<p dir="auto">${text}</p>
</article>
`
}
