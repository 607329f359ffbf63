import { bars, glyph } from './shapes.ts'
import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import { daysOf } from './page-history.ts'
import type { PageHistory } from './page-history.ts'
import { countsOf, groupVerdict } from './page-view.ts'
import type { Service, ServiceGroup } from './page-view.ts'
import { groupWord, lengthText, percentText, timeText } from './wording.ts'

/** What the services are called that have not the label by which the others are grouped. */
const OTHERS = 'Others'

/** The lines of all groups. Services that are not grouped have a line each. */
export function groupLines(
  groups: readonly ServiceGroup[],
  isGrouped: boolean,
  history: PageHistory | null,
): readonly Markup[] {
  return groups.flatMap(({ name, services }) =>
    isGrouped ? [groupLine(name ?? OTHERS, services, history)] : serviceLines(services, history),
  )
}

function groupLine(name: string, services: readonly Service[], history: PageHistory | null): Markup {
  return markup`<li><details data-key="${name}">
<summary>${cells(name, services, history)}</summary>
<ul>
${serviceLines(services, history)}</ul>
</details></li>
`
}

/** A line for each service with a title, and one for all others. */
function serviceLines(services: readonly Service[], history: PageHistory | null): readonly Markup[] {
  const lines = services.flatMap((service) =>
    service.title === null ? [] : [serviceLine(service.title, [service], history)],
  )
  const others = services.filter(({ title }) => title === null)
  if (others.length === 0) return lines
  const noun = others.length === 1 ? 'service' : 'services'
  const name = `${others.length} ${lines.length > 0 ? `more ${noun}` : noun}`
  return [...lines, serviceLine(name, others, history)]
}

function serviceLine(name: string, services: readonly Service[], history: PageHistory | null): Markup {
  return markup`<li class="line">${cells(name, services, history)}</li>
`
}

/** What a line says of its services. */
function cells(name: string, services: readonly Service[], history: PageHistory | null): Markup {
  const [only] = services
  const since = services.length === 1 && only?.verdict === 'down' ? only.since : 0
  const counts = countsOf(services)
  return markup`${glyph(groupVerdict(counts))}
<bdi class="name">${name}</bdi>
<span class="word">${groupWord(counts)}${since === 0 ? null : markup` <span class="since">since ${time(since)}</span>`}</span>
${history === null ? null : past(services, history)}`
}

function past(services: readonly Service[], history: PageHistory): Markup {
  const urls = services.map(({ url }) => url)
  const days = daysOf(history, urls)
  const { uptime, watchedMs, maintenanceMs } = days
  return markup`<span class="past">${bars(days, history.days)}
<span class="uptime">${uptime === null ? '–' : percentText(uptime)}${
    uptime === null || watchedMs === null ? null : markup` <small>in ${shortText(watchedMs)}</small>`
  }${
    maintenanceMs === 0
      ? null
      : markup` <small>maintenance</small> <small>${shortText(maintenanceMs)}</small>`
  }</span></span>
`
}

function shortText(ms: number): string {
  return ms < 60_000 ? 'under 1 min' : lengthText(ms)
}

/** A time for people and programs. `at`: in ms since the epoch. */
export function time(at: number): Markup {
  return markup`<time datetime="${new Date(at).toISOString()}">${timeText(at)}</time>`
}
