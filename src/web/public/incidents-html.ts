import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import type { PageHistory } from './page-history.ts'
import type { PageView } from './page-view.ts'
import { time } from './services-html.ts'
import { glyph } from './shapes.ts'
import { lengthText } from './wording.ts'

/** Incidents that are shown. */
const MAX_INCIDENTS = 20

const NOT_NAMED = 'Incidents of services that are not named here are not shown.'

/** The latest incidents of services with titles. Why a service was down stays inside. */
export function incidents({ groups, page, at }: PageView, history: PageHistory): Markup {
  const services = groups.flatMap((group) => group.services)
  const titles = new Map(services.map(({ url, title }) => [url, title]))
  const shown = history.incidents
    .flatMap((incident) => {
      const title = titles.get(incident.url) ?? null
      return title === null ? [] : [{ ...incident, title }]
    })
    .slice(0, MAX_INCIDENTS)
  // The sentence above counts them too.
  const hasOthers = services.some(({ title }) => title === null)
  // The history is read once a minute.
  const isDown = services.some(({ title, verdict }) => title !== null && verdict === 'down')
  const lines = shown.map(
    ({
      title,
      begin,
      end,
      maintenance,
    }) => markup`<li class="line incident">${glyph(end === null ? 'down' : 'up')}
<bdi class="name">${title}</bdi>
<span class="word">${end === null ? 'down for' : 'was down for'} ${lengthText((end ?? at) - begin)}${end === null ? ', goes on' : ''}${maintenance ? ', begun in maintenance' : ''}</span>
<span class="when">${end === null ? 'since ' : null}${time(begin)}${end === null ? null : markup` to ${time(end)}`}</span></li>
`,
  )
  return markup`<section aria-labelledby="incidents">
<div class="bar"><h2 id="incidents">Incidents</h2><span class="soft">${page.days} days</span></div>
${
  lines.length === 0
    ? markup`<p class="soft">${isDown ? 'None known yet.' : 'None.'}</p>`
    : markup`<ul class="list">
${lines}</ul>`
}
${hasOthers ? markup`<p class="soft">${NOT_NAMED}</p>` : null}
</section>`
}
