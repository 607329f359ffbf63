import type { Alert } from '../../../src/alerts/alert.ts'
import { isQuiet, RULES } from './world.ts'
import type { Muting } from './world.ts'

interface Known {
  readonly alert: Alert
  isTold: boolean
  /** How it ended; null: it fires. */
  how: 'resolved' | 'unwatched' | null
  /** It was found to be muted when it should have been told. */
  isMuted: boolean
  /** It fired when the machine died, and was not polled since. */
  isUnseen: boolean
}

interface Group {
  readonly rule: (typeof RULES)[number]
  readonly isChanged: boolean
  known: Known[]
  waitUntil: number | null
  firstAt: number | null
  repeatAt: number | null
  /** No joining alert puts the repeat off beyond this. */
  repeatBy: number | null
  escalated: number
  isAcknowledged: boolean
  notified: Set<string>
  /** Until when repeats and escalations wait for those that are not polled yet. */
  unseenUntil: number
}

/**
 * What is told to whom, worked out in the plainest way: it looks at everything each second, keeps nothing in a file and never dies. Times are in
 * ms since the epoch.
 */
export class Reference {
  readonly muting: Muting & { readonly silences: Map<string, unknown> }
  readonly sent: { readonly receiver: string; readonly text: string }[] = []
  readonly #groups = new Map<string, Group>()

  constructor(windows: Muting['windows']) {
    this.muting = { windows, silences: new Map() }
  }

  fire(alert: Alert, now: number): void {
    const group = this.#groupOf(alert)
    const known = group.known.find((one) => one.alert.key === alert.key)
    if (known === undefined)
      group.known.push({ alert, isTold: false, how: null, isMuted: false, isUnseen: false })
    else Object.assign(known, { how: null, isUnseen: false })
    this.#startOrStop(group, now)
  }

  end(alert: Alert, how: 'resolved' | 'unwatched', now: number): void {
    const group = this.#groupOf(alert)
    const known = group.known.find((one) => one.alert.key === alert.key)
    if (known === undefined || known.how !== null) return
    if (known.isTold) Object.assign(known, { how, isUnseen: false })
    else group.known = group.known.filter((one) => one !== known)
    this.#startOrStop(group, now)
  }

  acknowledge(alert: Alert): void {
    const group = this.#groupOf(alert)
    const isKnown = group.known.some((known) => known.alert.key === alert.key)
    if (isKnown && this.#firing(group).length > 0) group.isAcknowledged = true
  }

  /** The machine goes on: what it knows was not polled since. */
  restart(now: number): void {
    for (const group of this.#groups.values()) {
      group.unseenUntil = now + 300_000
      for (const known of group.known) known.isUnseen = known.how === null && !group.isChanged
    }
  }

  /** The URL of an alert was polled, and it goes on. */
  see(alert: Alert, now: number): void {
    const group = this.#groupOf(alert)
    const known = group.known.find((one) => one.alert.key === alert.key)
    if (known !== undefined) known.isUnseen = false
    this.#startOrStop(group, now)
  }

  /** Time that is not counted. */
  shift(ms: number): void {
    for (const group of this.#groups.values())
      for (const name of ['waitUntil', 'firstAt', 'repeatAt', 'repeatBy'] as const)
        group[name] = group[name] === null ? null : group[name] + ms
  }

  second(now: number): void {
    for (const [id, silence] of this.muting.silences)
      if ((silence as { to: number }).to <= now) this.muting.silences.delete(id)
    for (const group of this.#groups.values()) {
      for (const known of group.known) if (!this.#isMuted(known.alert, now)) known.isMuted = false
      this.#startOrStop(group, now)
      if (group.waitUntil !== null && group.waitUntil <= now) this.#flush(group, now)
      const escalatedTo = this.#escalate(group, now)
      this.#repeat(group, escalatedTo, now)
    }
    for (const [key, group] of this.#groups) if (group.known.length === 0) this.#groups.delete(key)
  }

  #flush(group: Group, now: number): void {
    const untold = group.known.filter(({ isTold, isUnseen }) => !isTold && !isUnseen)
    for (const known of untold) known.isMuted = this.#isMuted(known.alert, now)
    const fired = untold.filter(({ isMuted }) => !isMuted)
    const ended = (how: Known['how']) => group.known.filter((known) => known.how === how)
    const [resolved, unwatched] = [ended('resolved'), ended('unwatched')]
    for (const known of fired) known.isTold = true
    group.known = group.known.filter(({ how }) => how === null)
    if (group.isChanged) group.known = []
    group.waitUntil = null
    if (fired.length > 0) {
      if (group.isAcknowledged) Object.assign(group, { isAcknowledged: false, escalated: 0, firstAt: null })
      group.firstAt ??= now
      const { repeatMs } = group.rule
      if (repeatMs !== null) {
        if (group.repeatAt !== null) group.repeatBy ??= group.repeatAt + repeatMs
        const counted = Math.min(now + repeatMs, group.repeatBy ?? Infinity)
        group.repeatAt = Math.max(group.repeatAt ?? 0, counted)
      }
      this.#tell(group, 'new', fired, this.#audience(group))
    }
    if (resolved.length > 0) this.#tell(group, 'resolved', resolved, group.notified)
    if (unwatched.length > 0) this.#tell(group, 'unwatched', unwatched, group.notified)
    if (this.#firing(group).length === 0)
      Object.assign(group, {
        firstAt: null,
        repeatAt: null,
        repeatBy: null,
        escalated: 0,
        isAcknowledged: false,
        notified: new Set(),
      })
  }

  #escalate(group: Group, now: number): ReadonlySet<string> {
    const told = new Set<string>()
    const steps = group.rule.escalations.toSorted((a, b) => a.afterMs - b.afterMs)
    for (const { afterMs, to } of steps.slice(group.escalated)) {
      if (group.firstAt === null || group.isAcknowledged || now < group.firstAt + afterMs) break
      if (now < this.#heldUntil(group)) break
      const audible = this.#audible(group, now)
      if (audible.length === 0) break
      group.escalated += 1
      this.#tell(group, 'escalation', audible, new Set(to))
      for (const receiver of to) told.add(receiver)
    }
    return told
  }

  #repeat(group: Group, escalatedTo: ReadonlySet<string>, now: number): void {
    if (group.repeatAt === null || now < group.repeatAt || group.rule.repeatMs === null) return
    if (now < this.#heldUntil(group)) return
    group.repeatAt = now + group.rule.repeatMs
    group.repeatBy = null
    const audible = this.#audible(group, now)
    if (audible.length > 0 && !group.isAcknowledged)
      this.#tell(
        group,
        'repeat',
        audible,
        new Set([...this.#audience(group)].filter((one) => !escalatedTo.has(one))),
      )
  }

  #audience({ rule, escalated }: Group): Set<string> {
    const steps = rule.escalations.toSorted((a, b) => a.afterMs - b.afterMs).slice(0, escalated)
    return new Set([...rule.to, ...steps.flatMap(({ to }) => to)])
  }

  #tell(group: Group, cause: string, known: readonly Known[], receivers: ReadonlySet<string>): void {
    if (cause !== 'resolved' && cause !== 'unwatched')
      group.notified = new Set([...group.notified, ...receivers])
    const names = known.map(({ alert }) => alert.url).join(' ')
    const text = `${group.rule.name} ${cause} ${names} (${this.#firing(group).length})`
    for (const receiver of receivers) this.sent.push({ receiver, text })
  }

  #firing(group: Group): readonly Known[] {
    return group.known.filter(({ isTold, how }) => isTold && how === null)
  }

  #audible(group: Group, now: number): readonly Known[] {
    return this.#firing(group).filter(({ alert, isUnseen }) => !isUnseen && !this.#isMuted(alert, now))
  }

  #heldUntil(group: Group): number {
    const firing = this.#firing(group)
    const unseen = firing.filter(({ isUnseen }) => isUnseen)
    if (unseen.length === 0) return -Infinity
    return unseen.length === firing.length ? Infinity : group.unseenUntil
  }

  #isMuted(alert: Alert, now: number): boolean {
    if (isQuiet(alert, this.muting as Muting, now)) return true
    const inhibitors = [...this.#groups.values()]
      .filter(({ rule }) => rule.name === 'net')
      .flatMap(({ known }) => known)
    const isInhibited = inhibitors.some(
      (known) => known.how === null && known.alert.labels['dc'] === alert.labels['dc'],
    )
    return alert.rule === 'web' && isInhibited
  }

  /** A wait begins with the first thing to tell, and ends when there is nothing left of it that may have to be told. */
  #startOrStop(group: Group, now: number): void {
    const turned = group.known.filter(({ isTold, how, isMuted }) => how !== null || (!isTold && !isMuted))
    if (turned.some(({ isUnseen }) => !isUnseen)) group.waitUntil ??= now + group.rule.groupWaitMs
    else if (turned.length === 0) group.waitUntil = null
  }

  #groupOf({ rule: name, kind, labels }: Alert): Group {
    const rule = RULES.find((one) => one.name === name)
    if (rule === undefined) throw new Error(name)
    const key = JSON.stringify([name, kind, rule.groupBy.map((label) => labels[label])])
    const group: Group = this.#groups.get(key) ?? {
      rule,
      isChanged: kind === 'changed',
      known: [],
      waitUntil: null,
      firstAt: null,
      repeatAt: null,
      repeatBy: null,
      escalated: 0,
      isAcknowledged: false,
      notified: new Set(),
      unseenUntil: -Infinity,
    }
    this.#groups.set(key, group)
    return group
  }
}
