import type { WebhookBody } from '../helpers/alert-run.ts'
import type { AlertmanagerMessage, Taken } from './alert-receivers.ts'
import type { TurningOrigin } from './turning-origin.ts'

/** A notification, as a webhook says it. */
export interface SentNotification extends WebhookBody {
  readonly groupKey: string
  readonly urls: readonly { readonly url: string; readonly since: string }[]
}

/** The first time that each was taken, in order: who knows the id takes it once. */
export function onceById(taken: readonly Taken[]): readonly Taken[] {
  const first = new Map<string, Taken>()
  for (const one of taken) if (!first.has(one.id)) first.set(one.id, one)
  return [...first.values()]
}

export function notificationsOf(taken: readonly Taken[]): readonly SentNotification[] {
  return onceById(taken).map(({ body }) => JSON.parse(body) as SentNotification)
}

/** What was told of each path, in order. */
export function wordsByPath(sent: readonly SentNotification[]): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>()
  for (const { status, urls } of sent)
    for (const { url } of urls) {
      const path = new URL(url).pathname.slice(1)
      words.set(path, [...(words.get(path) ?? []), status])
    }
  return words
}

/** Whether the last that was told of each path is what it is. */
export function isUpToDate(words: ReadonlyMap<string, readonly string[]>, origin: TurningOrigin): boolean {
  return origin.paths.every((path) => (words.get(path)?.at(-1) === 'firing') === origin.isDown(path))
}

/** So many notifications are sent to one receiver at a time: see MAX_IN_FLIGHT of the ReceiverQueue. */
const IN_FLIGHT = 4

/** Who takes something again that it had taken, without losing an answer: only what was under way at a death may be. */
export function checkRepeats(name: string, taken: readonly Taken[], deaths: number): string[] {
  const again = taken.length - onceById(taken).length
  return again > IN_FLIGHT * deaths ? [`${name} was sent ${again} again in ${deaths} deaths`] : []
}

/** What cannot be of one receiver that tells apart what it was sent: ids with two bodies, what was told twice, or without cause. */
export function checkTold(name: string, taken: readonly Taken[], origin: TurningOrigin): string[] {
  const violations: string[] = []
  const bodies = new Map<string, string>()
  for (const { id, body } of taken) {
    if ((bodies.get(id) ?? body) !== body) violations.push(`${name}: ${id} was sent with two texts`)
    bodies.set(id, body)
  }
  const sent = notificationsOf(taken)
  for (const { alert, cause, rule } of sent)
    if (alert !== 'down' || (cause !== 'new' && cause !== 'resolved'))
      violations.push(`${name}: rule ${rule} told ${alert}, ${cause}`)
  const words = wordsByPath(sent)
  for (const path of origin.paths) {
    const said = words.get(path) ?? []
    if (said.some((word, at) => word !== (at % 2 === 0 ? 'firing' : 'resolved')))
      violations.push(`${name}: of ${path} it was told ${said.join(', ')}`)
    // A poll asks twice before it says that a URL is down.
    const seen = origin.spans(path).filter(({ requests }) => requests >= 2).length
    const fired = said.filter((word) => word === 'firing').length
    if (fired > seen) violations.push(`${name}: ${path} fired ${fired} times, and was down ${seen} times`)
  }
  if (!isUpToDate(words, origin)) violations.push(`${name}: not all that it was told is so`)
  return violations
}

/** What cannot be of an Alertmanager that is told of single paths: that it tells of a path twice, or of an alert that it was not given. */
export function checkAlertmanager(
  messages: readonly AlertmanagerMessage[],
  witness: readonly SentNotification[],
  origin: TurningOrigin,
): string[] {
  const violations: string[] = []
  const begun = witness.flatMap(({ urls }) =>
    urls.map(({ url, since }) => ({ of: new URL(url).pathname.slice(1), at: Date.parse(since) })),
  )
  // Of an alert that is over within a second, the end is set to the whole second of the Alertmanager's clock, and then it begins no later.
  const hasBegun = (path: string, startsAt: number) =>
    begun.some(
      ({ of, at }) => of === path && (at === startsAt || Math.trunc(at / 1_000) * 1_000 === startsAt),
    )
  const words = new Map<string, string[]>()
  for (const { status, labels, startsAt } of messages.flatMap(({ alerts }) => alerts)) {
    const path = labels['path'] ?? ''
    const said = words.get(path) ?? []
    words.set(path, said)
    if (!hasBegun(path, Date.parse(startsAt)))
      violations.push(`alertmanager: nobody else was told that ${path} was down since ${startsAt}`)
    if (said.includes(`${status} ${startsAt}`))
      violations.push(`alertmanager: of ${path} it told twice: ${status} ${startsAt}`)
    said.push(`${status} ${startsAt}`)
  }
  for (const path of origin.paths)
    if ((words.get(path)?.at(-1)?.startsWith('firing') ?? false) !== origin.isDown(path))
      violations.push(`alertmanager: what it told last of ${path} is not so`)
  return violations
}

/** Incidents as PagerDuty has them, by dedup key: how often each was opened, and whether it is open. */
export function incidentsOf(
  taken: readonly Taken[],
): ReadonlyMap<string, { opened: number; isOpen: boolean }> {
  const incidents = new Map<string, { opened: number; isOpen: boolean }>()
  for (const { body } of taken) {
    const { event_action: action, dedup_key: key } = JSON.parse(body) as Record<string, string>
    const incident = incidents.get(key as string) ?? { opened: 0, isOpen: false }
    if (action === 'trigger' && !incident.isOpen) incident.opened += 1
    incident.isOpen = action === 'trigger'
    incidents.set(key as string, incident)
  }
  return incidents
}

/** What cannot be of a PagerDuty: another number of incidents than of alerts that the witness was told of, or one that is open by mistake. */
export function checkIncidents(taken: readonly Taken[], witness: readonly SentNotification[]): string[] {
  const incidents = incidentsOf(taken)
  const groups = Map.groupBy(witness, ({ groupKey }) => groupKey)
  const violations = [...incidents.keys()].filter((key) => !groups.has(key)).map((key) => `pagerduty: ${key}`)
  for (const [key, sent] of groups) {
    const { opened, isOpen } = incidents.get(key) ?? { opened: 0, isOpen: false }
    const fired = sent.filter(({ status }) => status === 'firing').length
    if (opened !== fired || isOpen !== (sent.at(-1)?.status === 'firing'))
      violations.push(`pagerduty: ${opened} incidents of ${fired}, the last is ${isOpen ? 'open' : 'closed'}`)
  }
  return violations
}

/** Ids of one list that another has not. */
export function missing(ids: Iterable<string>, taken: readonly Taken[]): readonly string[] {
  const has = new Set(taken.map(({ id }) => id))
  return [...ids].filter((id) => !has.has(id))
}
