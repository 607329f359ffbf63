import type { AlertKind, AlertRule, LabelMatcher, Lasting } from '../../src/alerts/alert-rule.ts'

// What the AlertEngine should do, without its speed: it keeps every poll, and works out everything from all of them each time.

export type Labels = Readonly<Record<string, string>>

/** A poll, or a verdict that was lost. */
export interface ModelPoll {
  readonly verdict: 'up' | 'down' | 'unknown'
  /** By the clock of the machine, as is `expiresAt`. */
  readonly at: number
  readonly status: number
  readonly durationMs: number
  readonly expiresAt: number
}

type Polled = ModelPoll & { readonly now: number }

interface Firing {
  readonly since: number
  readonly labels: Labels
  turnedAt: number
  /** Of the rule when it fired or held last; of `flapping`, how many turns in how many ms. */
  limit?: number
  withinMs?: number
  /** When a URL that flaps turned too often by these limits, but not by those of now. */
  stillTurnedAt?: number
  /** Of a group: an earlier run told it, and some member was neither up nor down since. */
  isRestored?: boolean
  /** An earlier run told it, and nothing of it was polled since. */
  isUnseen?: boolean
  /** Until when it is held for such members. */
  heldUntil?: number | undefined
  /** The last poll when it fired, which is all that a restart keeps of it. */
  readonly seen?: Polled | undefined
}

interface ModelUrl {
  labels: Labels
  polls: Polled[]
  /** By rule and kind. */
  firing: Map<string, Firing>
  /** Polls before these do not count: the rule was not there. */
  turnsFrom: number
  slowFrom: Map<number, number>
}

const nameOf = (rule: AlertRule, kind: AlertKind): string => `${rule.name}/${kind}`

function matches(matcher: LabelMatcher, labels: Labels): boolean {
  const value = labels[matcher.label] ?? ''
  const isIn =
    matcher.values === null
      ? new RegExp(`^(?:${matcher.pattern})$`).test(value)
      : matcher.values.includes(value)
  return isIn === matcher.isPositive
}

/** The rules that have a kind of condition for some labels. */
function rulesFor(rules: readonly AlertRule[], kind: AlertKind, labels: Labels): AlertRule[] {
  const having = rules.filter(
    ({ conditions: { down, unknownMs, slow, certificateMs, uptime, changed, flapping, group } }) => {
      const all = {
        down,
        unknown: unknownMs,
        slow,
        certificate: certificateMs,
        uptime,
        changed: changed || null,
        flapping,
        group,
      }
      return all[kind] !== null
    },
  )
  const matching = having.filter(({ match }) => match.every((matcher) => matches(matcher, labels)))
  const last = matching.findIndex(({ continues }) => !continues)
  return last < 0 ? matching : matching.slice(0, last + 1)
}

/** The polls at the end for which something is true. */
function atEnd(polls: readonly Polled[], isTrue: (poll: Polled) => boolean): readonly Polled[] {
  return polls.slice(polls.findLastIndex((poll) => !isTrue(poll)) + 1)
}

function lasted(lasting: Lasting, polls: readonly Polled[], now: number): boolean {
  const [first] = polls
  if (first === undefined) return false
  return 'polls' in lasting ? polls.length >= lasting.polls : now - first.now >= lasting.ms
}

/** What is measured of a URL is compared with it; NaN: nothing is. */
function limitOf({ conditions }: AlertRule, kind: AlertKind): number {
  if (kind === 'slow') return conditions.slow?.overMs ?? Number.NaN
  return kind === 'certificate' ? (conditions.certificateMs ?? Number.NaN) : Number.NaN
}

/** How long the alert of a group is held after a restart for members of which nothing is known, in ms. */
const HELD_MS = 3_600_000

/** Up or down at some time since the start. */
function wasKnown({ polls }: ModelUrl): boolean {
  return polls.some(({ verdict }) => verdict !== 'unknown')
}

/** Down, or unknown and down before that. */
function isOrWasDown({ polls }: ModelUrl): boolean {
  return (
    polls.at(-1)?.verdict !== 'up' &&
    polls.findLast(({ verdict }) => verdict !== 'unknown')?.verdict === 'down'
  )
}

export class AlertModel {
  readonly urls = new Map<number, ModelUrl>()
  rules: readonly AlertRule[]
  now = 0
  changes: string[] = []
  /** By rule and `label=value`. */
  readonly #groups = new Map<string, Firing>()

  constructor(rules: readonly AlertRule[]) {
    this.rules = rules
  }

  register(id: number, labels: Labels): void {
    const url = this.urls.get(id)
    if (url === undefined) {
      const fresh = { labels, polls: [], firing: new Map(), turnsFrom: 0, slowFrom: new Map() }
      this.urls.set(id, fresh)
    } else if (JSON.stringify(url.labels) !== JSON.stringify(labels))
      this.#replace(id, url, this.rules, labels)
  }

  forget(id: number): void {
    const url = this.urls.get(id)
    for (const [name, firing] of url?.firing ?? []) this.#tell('unwatched', name, `u${id}`, firing, url)
    this.urls.delete(id)
  }

  poll(id: number, poll: ModelPoll): void {
    const url = this.urls.get(id)
    if (url === undefined) return
    const before = url.polls.at(-1)?.verdict
    const known = url.polls.findLast(({ verdict }) => verdict !== 'unknown')
    url.polls.push({ ...poll, now: this.now })
    if (poll.verdict !== before) this.#evaluateGroups(url.labels)
    for (const [name, firing] of url.firing)
      if (poll.verdict !== 'unknown' || name.endsWith('/unknown')) this.#see(name, `u${id}`, firing)
    if (poll.verdict !== 'unknown' && known !== undefined) {
      if (poll.verdict !== known.verdict || poll.status !== known.status)
        for (const rule of this.#rulesFor('changed', url)) {
          const firing = { since: this.now, labels: url.labels, turnedAt: Number.NaN }
          this.#tell('fired', nameOf(rule, 'changed'), `u${id}`, firing, url)
        }
      if (poll.verdict !== known.verdict) this.#turn(id, url)
    }
    this.#evaluate(id, url)
    if (poll.verdict === 'up') this.#evaluateSlow(id, url)
    const expiresAt = url.polls.findLast((one) => !Number.isNaN(one.expiresAt))?.expiresAt
    if (expiresAt !== undefined)
      for (const rule of this.#rulesFor('certificate', url))
        this.#measure(id, url, rule, 'certificate', (limit) => expiresAt - poll.at < limit)
  }

  lose(id: number): void {
    const url = this.urls.get(id)
    const last = url?.polls.at(-1)
    if (url === undefined || last === undefined || last.verdict === 'unknown') return
    url.polls.push({ ...last, verdict: 'unknown', status: 0, expiresAt: Number.NaN, now: this.now })
    this.#evaluateGroups(url.labels)
    this.#evaluate(id, url)
  }

  tick(now: number): void {
    this.now = Math.max(this.now, now)
    for (const { labels } of this.urls.values()) this.#evaluateGroups(labels)
    this.#endGroups()
    for (const [id, url] of this.urls) this.#evaluate(id, url)
  }

  reconfigure(rules: readonly AlertRule[]): void {
    const before = this.rules
    this.rules = rules
    for (const firing of this.#groups.values()) firing.heldUntil = undefined
    this.#endGroups()
    for (const [id, url] of this.urls) this.#replace(id, url, before, url.labels)
  }

  /** headcount starts again with these rules and URLs. */
  restart(rules: readonly AlertRule[], list: ReadonlyMap<number, Labels>): void {
    this.rules = rules
    const before = [...this.urls]
    this.urls.clear()
    for (const [id, labels] of list) this.register(id, labels)
    for (const [id, { firing }] of before)
      for (const [name, one] of firing) {
        const url = this.urls.get(id)
        const kind = name.split('/')[1] as AlertKind
        if (url !== undefined && this.#rulesFor(kind, url).some((rule) => nameOf(rule, kind) === name))
          url.firing.set(name, {
            ...one,
            turnedAt: Number.NaN,
            stillTurnedAt: Number.NaN,
            isUnseen: true,
          })
        else this.#tell('unwatched', name, `u${id}`, one, one)
      }
    for (const firing of this.#groups.values()) {
      firing.isRestored = true
      firing.isUnseen = true
      firing.heldUntil = undefined
    }
    this.#endGroups()
  }

  #rulesFor(kind: AlertKind, { labels }: ModelUrl, rules = this.rules): AlertRule[] {
    return rulesFor(rules, kind, labels)
  }

  #replace(id: number, url: ModelUrl, rules: readonly AlertRule[], labels: Labels): void {
    const limits = (of: readonly AlertRule[]): Set<number> =>
      new Set(this.#rulesFor('slow', url, of).map(({ conditions }) => Number(conditions.slow?.overMs)))
    const slow = limits(rules)
    this.#forgetTurns(url, this.#rulesFor('flapping', url, rules))
    const old = { ...url }
    url.labels = labels
    for (const limit of limits(this.rules)) if (!slow.has(limit)) url.slowFrom.set(limit, url.polls.length)
    for (const [name, firing] of url.firing) {
      const kind = name.split('/')[1] as AlertKind
      if (this.#rulesFor(kind, url).some((rule) => nameOf(rule, kind) === name)) continue
      url.firing.delete(name)
      this.#tell('unwatched', name, `u${id}`, firing, old)
    }
    this.#forgetTurns(url, this.#rulesFor('flapping', url))
  }

  /** The turns of a URL that count, with the number of the poll. */
  #turnsOf({ polls, turnsFrom }: ModelUrl): { readonly at: number; readonly now: number }[] {
    const known = polls.map((poll, at) => ({ ...poll, at })).filter(({ verdict }) => verdict !== 'unknown')
    return known.filter(({ verdict, at }, n) => at >= turnsFrom && n > 0 && verdict !== known[n - 1]?.verdict)
  }

  /** Only so many turns are remembered as are asked for, by rules or by what flaps. */
  #forgetTurns(url: ModelUrl, rules: readonly AlertRule[]): void {
    const limits = rules.map(({ conditions: { flapping } }) => [
      flapping?.changes ?? 0,
      flapping?.withinMs ?? 0,
    ])
    for (const [name, { limit = 0, withinMs = 0 }] of url.firing)
      if (name.endsWith('/flapping')) limits.push([limit, withinMs])
    const count = Math.max(...limits.map(([changes = 0]) => changes + 1), 0)
    const ms = Math.max(...limits.map(([, withinMs = 0]) => withinMs), 0)
    const recent = this.#turnsOf(url).filter(({ now }) => this.now - now <= ms)
    const kept = recent.slice(Math.max(0, recent.length - count))
    url.turnsFrom = kept[0]?.at ?? url.polls.length
  }

  #turn(id: number, url: ModelUrl): void {
    const rules = this.#rulesFor('flapping', url)
    this.#forgetTurns(url, rules)
    const turns = this.#turnsOf(url)
    const isTooOften = (limit: number, withinMs: number) =>
      turns.filter(({ now }) => this.now - now <= withinMs).length > limit
    for (const rule of rules) {
      const { changes, withinMs } = rule.conditions.flapping as { changes: number; withinMs: number }
      const before = url.firing.get(nameOf(rule, 'flapping'))
      if (isTooOften(changes, withinMs)) {
        this.#set(id, url, rule, 'flapping', true)
        const firing = url.firing.get(nameOf(rule, 'flapping')) as Firing
        Object.assign(firing, { turnedAt: this.now, limit: changes, withinMs })
      } else if (before !== undefined && isTooOften(Number(before.limit), Number(before.withinMs)))
        before.stillTurnedAt = this.now
    }
  }

  #evaluate(id: number, url: ModelUrl): void {
    const verdict = url.polls.at(-1)?.verdict
    if (verdict === undefined) return
    for (const rule of this.#rulesFor('flapping', url)) {
      const firing = url.firing.get(nameOf(rule, 'flapping'))
      if (firing === undefined || verdict === 'unknown') continue
      if (Number.isNaN(firing.turnedAt)) firing.turnedAt = this.now
      if (this.now - firing.turnedAt < Number(firing.withinMs)) continue
      if (this.now - Number(firing.stillTurnedAt) < Number(firing.withinMs)) {
        url.firing.delete(nameOf(rule, 'flapping'))
        this.#tell('unwatched', nameOf(rule, 'flapping'), `u${id}`, firing, url)
      } else this.#set(id, url, rule, 'flapping', false)
    }
    const isFlapping = [...url.firing.keys()].some((name) => name.endsWith('/flapping'))
    const known = url.polls.filter((poll) => poll.verdict !== 'unknown')
    for (const rule of isFlapping ? [] : this.#rulesFor('down', url)) {
      const polls = atEnd(known, (poll) => poll.verdict === verdict)
      if (verdict === 'down' && lasted(rule.conditions.down as Lasting, polls, this.now))
        this.#set(id, url, rule, 'down', true, polls[0]?.now)
      if (verdict === 'up' && lasted(rule.conditions.up, polls, this.now))
        this.#set(id, url, rule, 'down', false, polls[0]?.now)
    }
    for (const rule of this.#rulesFor('unknown', url)) {
      const since = atEnd(url.polls, (poll) => poll.verdict === 'unknown')[0]?.now
      if (since === undefined) this.#set(id, url, rule, 'unknown', false)
      else if (this.now - since >= Number(rule.conditions.unknownMs))
        this.#set(id, url, rule, 'unknown', true, since)
    }
  }

  #evaluateSlow(id: number, url: ModelUrl): void {
    for (const rule of this.#rulesFor('slow', url)) {
      const { overMs, forMs } = rule.conditions.slow as { overMs: number; forMs: number }
      const ups = url.polls.slice(url.slowFrom.get(overMs) ?? 0).filter(({ verdict }) => verdict === 'up')
      const since = atEnd(ups, ({ durationMs }) => durationMs > overMs)[0]?.now
      const durationMs = Number(ups.at(-1)?.durationMs)
      if (since === undefined || this.now - since >= forMs)
        this.#measure(id, url, rule, 'slow', (limit) => durationMs > limit, since)
    }
  }

  #evaluateGroups(labels: Labels): void {
    for (const rule of rulesFor(this.rules, 'group', labels)) {
      const { by, down } = rule.conditions.group as NonNullable<AlertRule['conditions']['group']>
      const value = labels[by]
      if (value === undefined) continue
      const members = this.#members(rule, by, value)
      const verdicts = members.map(({ polls }) => polls.at(-1)?.verdict)
      const count = (verdict: string) => verdicts.filter((one) => one === verdict).length
      const name = `${nameOf(rule, 'group')} ${by}=${value}`
      const firing = this.#groups.get(name)
      if (
        firing !== undefined &&
        (members.every(wasKnown) || this.now >= (firing.heldUntil ?? Number.POSITIVE_INFINITY))
      )
        firing.isRestored = false
      if (firing?.isRestored === true) firing.heldUntil ??= this.now + HELD_MS
      if (count('up') + count('down') < verdicts.length / 2) continue
      const needed = 'count' in down ? down.count : Math.ceil(down.share * verdicts.length)
      if (firing !== undefined && (count('down') >= needed || firing.isRestored !== true))
        this.#see(nameOf(rule, 'group'), `${by}=${value}`, firing)
      if (firing === undefined && count('down') >= needed) {
        this.#groups.set(name, { since: this.now, labels: { [by]: value }, turnedAt: Number.NaN })
        this.#tell('fired', nameOf(rule, 'group'), `${by}=${value}`, this.#groups.get(name) as Firing)
      } else if (firing !== undefined && firing.isRestored !== true && !members.some(isOrWasDown)) {
        this.#groups.delete(name)
        this.#tell('resolved', nameOf(rule, 'group'), `${by}=${value}`, firing)
      }
    }
  }

  /** Groups that have no members any more end. */
  #endGroups(): void {
    for (const [name, firing] of this.#groups) {
      const [by, value] = Object.entries(firing.labels)[0] as [string, string]
      const rule = this.rules.find((one) => name.startsWith(`${nameOf(one, 'group')} `))
      const isSame = rule?.conditions.group?.by === by
      if (rule !== undefined && isSame && this.#members(rule, by, value).length > 0) continue
      this.#groups.delete(name)
      this.#tell('unwatched', name.split(' ')[0] as string, `${by}=${value}`, firing)
    }
  }

  #members(rule: AlertRule, by: string, value: string): ModelUrl[] {
    const all = [...this.urls.values()].filter(({ labels }) => labels[by] === value)
    return all.filter((url) => this.#rulesFor('group', url).includes(rule))
  }

  #measure(
    id: number,
    url: ModelUrl,
    rule: AlertRule,
    kind: AlertKind,
    isBeyond: (limit: number) => boolean,
    since = this.now,
  ): void {
    const name = nameOf(rule, kind)
    const firing = url.firing.get(name)
    const isTrue = isBeyond(limitOf(rule, kind))
    if (!isTrue && isBeyond(Number(firing?.limit))) {
      url.firing.delete(name)
      this.#tell('unwatched', name, `u${id}`, firing as Firing, url)
    } else this.#set(id, url, rule, kind, isTrue, since)
    const held = url.firing.get(name)
    if (held !== undefined && isTrue) held.limit = limitOf(rule, kind)
  }

  #set(id: number, url: ModelUrl, rule: AlertRule, kind: AlertKind, isTrue: boolean, since = this.now): void {
    const name = nameOf(rule, kind)
    const firing = url.firing.get(name)
    if (isTrue && firing === undefined) {
      const begun = { since, labels: url.labels, turnedAt: Number.NaN, seen: url.polls.at(-1) }
      url.firing.set(name, begun)
      this.#tell('fired', name, `u${id}`, url.firing.get(name) as Firing, url)
    } else if (!isTrue && firing !== undefined) {
      url.firing.delete(name)
      this.#tell('resolved', name, `u${id}`, firing, url, since)
    }
  }

  #see(name: string, subject: string, firing: Firing): void {
    if (firing.isUnseen === true) this.changes.push(`seen ${name} ${subject}`)
    firing.isUnseen = false
  }

  #tell(
    type: string,
    name: string,
    subject: string,
    firing: Firing,
    url?: ModelUrl | Firing,
    at = this.now,
  ): void {
    const end = type === 'fired' ? null : at
    const seen = url !== undefined && 'polls' in url ? url.polls.at(-1) : url?.seen
    this.changes.push(
      `${type} ${name} ${subject} ${JSON.stringify(firing.labels)} ${firing.since} ${end} ${seen?.verdict} ${seen?.status}`,
    )
  }
}
