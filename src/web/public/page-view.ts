import { parseLabels } from '../../resource/labels.ts'
import { redactUrl } from '../../resource/redact-url.ts'
import { shorten } from '../../resource/shorten.ts'
import type { Url } from '../../resource/resource.ts'
import type { PublicPage } from '../../settings/public-page.ts'
import type { UrlState } from '../../api/url-states.ts'

/** A title is cut at this length, in UTF-16 units: labels may be long. */
const MAX_TITLE_LENGTH = 200

/** Services with a line of their own: each is 1.4 kB of HTML with its days. The others are counted. */
const MAX_LINES = 1_000

/** What viewers are told of one URL. */
export type ServiceVerdict = 'up' | 'down' | 'unknown' | 'maintenance'

/** What viewers are told of several: `degraded` if some are down and some are not. */
export type GroupVerdict = ServiceVerdict | 'degraded'

/** One URL of a page. */
export interface Service {
  /** Null: it is counted, but not shown. */
  readonly title: string | null
  /** By which history knows it; it is not shown. */
  readonly url: string
  readonly verdict: ServiceVerdict
  /** In ms since the epoch; 0: not known. */
  readonly since: number
}

/** How many services there are of each verdict. */
export type Counts = Readonly<Record<ServiceVerdict, number>>

/** Services with the same value of the label by which they are grouped. */
export interface ServiceGroup {
  /** Null: the services without that label. */
  readonly name: string | null
  readonly services: readonly Service[]
}

/** What a page shows at a time. */
export interface PageView {
  readonly page: PublicPage
  /** In ms since the epoch. */
  readonly at: number
  readonly counts: Counts
  /** In the order of the lists, those without a name last. */
  readonly groups: readonly ServiceGroup[]
}

/** What a page shows of these states at a time. `maintained`: the URLs that are in maintenance then, whatever polls find. */
export function pageView(
  page: PublicPage,
  states: readonly UrlState[],
  at: number,
  maintained: ReadonlySet<string>,
): PageView {
  const titles = new Map([...page.titles].map(([url, title]) => [redactUrl(url as Url), title]))
  const named = new Map<string, Service[]>()
  const others: Service[] = []
  // What is not up comes first.
  const notUp = states.reduce((sum, { verdict }) => sum + (verdict === 'up' ? 0 : 1), 0)
  const lines = { up: Math.max(0, MAX_LINES - notUp), others: MAX_LINES }
  for (const { url, labels: text, verdict, since } of states) {
    const labels = parseLabels(text)
    const title = valueOf(labels, page.titleLabel) ?? titles.get(url) ?? (page.showUrls ? url : null)
    const hasLine = title !== null && lines[verdict === 'up' ? 'up' : 'others']-- > 0
    const service: Service = {
      title: hasLine ? shorten(title, MAX_TITLE_LENGTH) : null,
      url,
      verdict: maintained.has(url) ? 'maintenance' : verdict === 'pending' ? 'unknown' : verdict,
      since,
    }
    const group = page.group === null ? null : valueOf(labels, page.group)
    if (group === null) others.push(service)
    else {
      const services = named.get(group)
      if (services === undefined) named.set(group, [service])
      else services.push(service)
    }
  }
  const groups: ServiceGroup[] = [...named].map(([name, services]) => ({
    name: shorten(name, MAX_TITLE_LENGTH),
    services,
  }))
  if (others.length > 0) groups.push({ name: null, services: others })
  return { page, at, counts: countsOf(groups.flatMap(({ services }) => services)), groups }
}

/** How many of the services are what. */
export function countsOf(services: readonly Service[]): Counts {
  const counts = { up: 0, down: 0, unknown: 0, maintenance: 0 }
  for (const { verdict } of services) counts[verdict]++
  return counts
}

/** The verdict of services together. Nothing is up that nobody has seen up. */
export function groupVerdict({ up, down, unknown, maintenance }: Counts): GroupVerdict {
  if (down > 0) return up > 0 ? 'degraded' : 'down'
  if (unknown > 0) return 'unknown'
  if (maintenance > 0) return 'maintenance'
  return up > 0 ? 'up' : 'unknown'
}

function valueOf(labels: Readonly<Record<string, string>>, name: string): string | null {
  const value = Object.hasOwn(labels, name) ? labels[name] : undefined
  return value === undefined || value.trim() === '' ? null : value
}
