import test from 'ava'
import type { Alert, AlertChange } from '../../src/alerts/alert.ts'
import type { AlertRule, LabelMatcher, Silence } from '../../src/alerts/alert-rule.ts'
import { MAX_NAMED_ALERTS } from '../../src/alerts/notification.ts'
import type { Notification } from '../../src/alerts/notification.ts'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import type { PlannerOptions } from '../../src/alerts/plan/planner-options.ts'
import type { PlannerTurn } from '../../src/alerts/plan/planner-state.ts'
import { MAX_SILENCES } from '../../src/alerts/plan/silences.ts'
import { alertOf, EMPTY_PLAN, plannerOptions, ruleOf, START, webRule } from '../helpers/alert-samples.ts'

const fired = (alert: Alert): AlertChange => ({ type: 'fired', alert })
const resolved = (alert: Alert, resolvedAt = START): AlertChange => ({
  type: 'resolved',
  alert: { ...alert, resolvedAt },
})
const unwatched = (alert: Alert): AlertChange => ({
  type: 'unwatched',
  alert: { ...alert, resolvedAt: START },
})

const seen = ({ key }: Alert): AlertChange => ({ type: 'seen', alert: { key } })

const silenceOf = (id: string, match: readonly LabelMatcher[], seconds: number): Silence => ({
  id,
  urls: [],
  match,
  author: 'me',
  comment: '',
  from: START,
  to: START + seconds * 1_000,
})

/** A planner that is restored from its rows before each step, so that each test shows too that nothing is kept elsewhere. */
class Bench {
  readonly #options: PlannerOptions
  #planner: NotificationPlanner
  #seconds = 0
  marks: PlannerTurn['marks'] = null
  /** All that was told. */
  readonly sent: Notification[] = []
  /** False: it goes on as it is, which shows that a planner that lives notices what a new one finds. */
  restarts = true

  constructor(options: PlannerOptions) {
    this.#options = options
    this.#planner = new NotificationPlanner(options, EMPTY_PLAN, START)
  }

  get planner(): NotificationPlanner {
    return this.#planner
  }

  restart(rules: readonly AlertRule[] = this.#options.rules): void {
    const { planner, marks } = this
    const saved = {
      alerts: planner.alerts(),
      groups: planner.groups(),
      silences: planner.silences(),
      marks,
    }
    const now = START + this.#seconds * 1_000
    this.#planner = new NotificationPlanner({ ...this.#options, rules }, saved, now)
    this.#planner.apply(this.#planner.firing().map(seen), now)
  }

  /** Applies changes after so many seconds since the start, and says what is told. */
  at(seconds: number, ...changes: readonly AlertChange[]): readonly string[] {
    if (this.restarts) this.restart()
    this.#seconds = seconds
    const now = START + seconds * 1_000
    this.#planner.apply(changes, now)
    const turn = this.#planner.tick(now)
    // What is due is not due again.
    if (this.#planner.nextDue() <= now) throw new Error('it would be called for ever')
    this.marks = turn.marks ?? this.marks
    if (this.marks !== null) this.marks = { ...this.marks, savedAt: now }
    this.sent.push(...turn.notifications.map(({ notification }) => notification))
    return turn.notifications.map(
      ({ notification: { cause, alerts, firing }, receivers }) =>
        `${cause} ${alerts.map(({ url }) => url.slice(8, -9)).join(' ')} (${firing}) to ${receivers.join(' ')}`,
    )
  }
}

const bench = (rule: Partial<AlertRule> = {}, options: Partial<PlannerOptions> = {}): Bench =>
  new Bench(plannerOptions({ rules: [webRule(rule)], ...options }))

const a = alertOf('a')
const b = alertOf('b')

test('what turns within the wait is one notification, what fires before what is over', (t) => {
  const one = bench()
  t.deepEqual(one.at(0, fired(a)), [])
  t.deepEqual(one.at(9, fired(b)), [])
  t.deepEqual(one.at(10), ['new a b (2) to ops'])
  t.deepEqual(one.at(20, resolved(a)), [])
  t.deepEqual(one.at(25, fired(alertOf('c'))), [])
  t.deepEqual(one.at(30), ['new c (2) to ops', 'resolved a (2) to ops'])
  t.deepEqual(one.at(40, resolved(b), unwatched(alertOf('c'))), [])
  t.deepEqual(one.at(50), ['resolved b (0) to ops', 'unwatched c (0) to ops'])
  t.is(one.planner.groups().length, 0)
})

test('silences and maintenance follow the clock of the machine, waits and repeats do not', (t) => {
  const HOUR = 3_600_000
  let offset = 0
  const window = { from: START + 7 * HOUR, to: START + 8 * HOUR }
  const one = bench(
    { repeatMs: 60_000 },
    {
      wallOffset: () => offset,
      maintenance: {
        covers: ({ url }, now) => url === b.url && window.from <= now && now < window.to,
        nextChange: (now) => [window.from, window.to].find((time) => time > now) ?? Infinity,
      },
    },
  )
  one.restarts = false
  const quiet = alertOf('q', { labels: { team: 'q' } })
  const match = [{ label: 'team', isPositive: true, values: ['q'], pattern: null }]
  one.planner.silence(silenceOf('s', match, 2 * 3_600))
  one.at(0, fired(a), fired(quiet))
  t.deepEqual(one.at(10), ['new a (1) to ops'])
  // The machine is suspended for an hour: the silence has an hour left.
  offset = HOUR
  t.deepEqual(one.at(60), [])
  t.deepEqual(one.at(70), ['repeat a (1) to ops'])
  t.is(one.sent.at(-1)?.at, START + HOUR + 70_000)
  t.deepEqual(one.at(3_599), ['repeat a (1) to ops'])
  t.is(one.planner.silences().length, 1)
  t.deepEqual(one.at(3_600), [])
  t.is(one.planner.silences().length, 0)
  t.true(one.at(3_610).includes('new q (2) to ops'))
  // Another six hours: the window is open.
  offset = 6 * HOUR
  t.deepEqual(one.at(3_620, fired(b), resolved(a, START + 3_620_000)), [])
  const [told] = one.at(3_630)
  t.is(told, 'resolved a (1) to ops')
  const over = one.sent.at(-1)?.alerts[0]
  t.deepEqual([over?.since, over?.resolvedAt], [START, START + 3_620_000 + 6 * HOUR])
  const muted = one.planner.alerts().find(({ alert }) => alert.url === b.url)
  t.deepEqual([muted?.phase, muted?.alert.since], ['muted', START + 6 * HOUR])
  t.is(one.planner.nextDue() <= START + 2 * HOUR, true)
})

test('a silence that has begun goes on when the clock is set back to before that', (t) => {
  let offset = 0
  const one = bench({}, { wallOffset: () => offset })
  one.restarts = false
  one.planner.silence(silenceOf('s', [], 3_600))
  t.deepEqual(one.at(0, fired(a)), [])
  t.deepEqual(one.at(10), [])
  offset = -7_200_000
  t.deepEqual(one.at(20), [])
  t.deepEqual(one.at(3_600), [])
  t.is(one.planner.silences().length, 1)
  offset = 0
  one.at(3_601)
  t.deepEqual(one.at(3_611), ['new a (1) to ops'])
})

test('notifications name the first one of their incident, and those of the next incident another', (t) => {
  const one = bench({ repeatMs: 60_000 })
  const muted = alertOf('m', { labels: { team: 'm' } })
  one.planner.silence(
    silenceOf('s', [{ label: 'team', isPositive: true, values: ['m'], pattern: null }], 1_000),
  )
  // It keeps the group, of which nothing else is left between the incidents.
  one.at(0, fired(a), fired(muted))
  t.deepEqual(one.at(10), ['new a (1) to ops'])
  t.deepEqual(one.at(70), ['repeat a (1) to ops'])
  one.at(80, resolved(a))
  t.deepEqual(one.at(90), ['resolved a (0) to ops'])
  one.at(100, fired(a))
  t.deepEqual(one.at(110), ['new a (1) to ops'])
  const [first, , , next] = one.sent.map(({ id }) => id)
  t.deepEqual(
    one.sent.map(({ firstId }) => firstId),
    [first, first, first, next],
  )
})

test('what turns back within the wait is not told', (t) => {
  const one = bench()
  one.at(0, fired(a))
  one.at(5, resolved(a))
  t.deepEqual(one.at(10), [])
  one.at(20, fired(a))
  t.deepEqual(one.at(30), ['new a (1) to ops'])
  one.at(40, resolved(a))
  one.at(45, fired(a))
  t.deepEqual(one.at(60), [])
  t.deepEqual(one.planner.firing().length, 1)
})

test('what is muted is told after another wait when that ends, if it still fires', (t) => {
  const window = { from: START + 5_000, to: START + 100_000 }
  const maintenance = {
    covers: ({ labels }: Alert, now: number) =>
      labels['team'] === 'a' && now >= window.from && now < window.to,
    nextChange: (now: number) => (now < window.from ? window.from : now < window.to ? window.to : Infinity),
  }
  const one = bench({}, { maintenance })
  const muted = alertOf('m', { labels: { team: 'a' } })
  const gone = alertOf('g', { labels: { team: 'a' } })
  one.at(0, fired(a), fired(muted), fired(gone))
  t.deepEqual(one.at(10), ['new a (1) to ops'])
  // Then the time is saved again.
  t.is(one.planner.nextDue(), START + 15_000)
  t.deepEqual(one.at(80, resolved(gone)), [])
  one.at(97)
  t.is(one.planner.nextDue(), window.to)
  t.deepEqual(one.at(100), [])
  t.deepEqual(one.at(110), ['new m (2) to ops'])
})

test('the end of what was told is told, also while it is muted', (t) => {
  const one = bench()
  one.at(0, fired(a))
  one.at(10)
  one.planner.silence(silenceOf('s', [], 1_000))
  one.at(20, resolved(a))
  t.deepEqual(one.at(30), ['resolved a (0) to ops'])
})

test('a URL that begins to flap is not told to be down until it has settled, and what was told is not repeated', (t) => {
  const one = bench({ repeatMs: 60_000 })
  const flapping = (name: string) => alertOf(name, { kind: 'flapping' })
  one.at(0, fired(b))
  t.deepEqual(one.at(10), ['new b (1) to ops'])
  one.at(20, fired(a), fired(flapping('a')))
  t.deepEqual(one.at(30), ['new a (1) to ops'])
  t.is(one.sent.at(-1)?.kind, 'flapping')
  t.is(one.planner.alerts().find(({ alert }) => alert.key === a.key)?.phase, 'muted')
  one.at(40, fired(flapping('b')))
  t.deepEqual(one.at(50), ['new b (2) to ops'])
  t.deepEqual(one.at(70), [])
  one.at(80, resolved(flapping('a')))
  t.deepEqual(one.at(90), ['new a (2) to ops', 'resolved a (1) to ops'])
})

for (const isUp of [true, false])
  test(`while a URL that was told to be down flaps nobody else is told, then ${isUp ? 'its end' : 'that it still is'}`, (t) => {
    const one = bench({ repeatMs: 90_000, groupWaitMs: 0, escalations: [{ afterMs: 60_000, to: ['phone'] }] })
    const flapping = alertOf('a', { kind: 'flapping' })
    one.at(0, fired(a))
    one.at(10, fired(flapping))
    for (const seconds of [60, 70, 90, 100]) one.at(seconds)
    one.at(120, resolved(flapping), ...(isUp ? [resolved(a)] : []))
    for (const seconds of [180, 300]) one.at(seconds)
    const ofDown = one.sent.filter(({ kind }) => kind === 'down').map(({ cause }) => cause)
    t.deepEqual(ofDown, ['new', ...(isUp ? ['resolved'] : ['escalation', 'repeat', 'repeat'])])
  })

test('of changes within the wait each is told', (t) => {
  const one = bench()
  const change = (summary: string, seconds: number) =>
    alertOf('a', { kind: 'changed', summary, since: START + seconds * 1_000 })
  one.at(0, fired(change('was up, is down', 0)))
  one.at(5, fired(change('was down, is up', 5)))
  t.deepEqual(one.at(10), ['new a (0) to ops'])
  t.like(one.sent[0]?.alerts[0], { summary: 'was up, is down; was down, is up', since: START })
  one.at(20, fired(change('was up, is down', 20)))
  one.at(30)
  t.like(one.sent[1]?.alerts[0], { summary: 'was up, is down', since: START + 20_000 })
  for (let n = 0; n < 100; n++) one.at(40, fired(change('was up, is down', 40)))
  one.at(50)
  t.true((one.sent[2]?.alerts[0]?.summary.length ?? 0) <= 1_000)
})

test('a silence from now on mutes at once, though the clock of who makes it is ahead', (t) => {
  const one = bench()
  one.at(0, fired(a))
  const now = START + 900
  one.planner.silence({ ...silenceOf('s', [], 100), from: now }, now)
  const isMuted = () => one.planner.alerts().some((row) => one.planner.isMuted(row))
  t.true(isMuted())
  one.planner.silence({ ...silenceOf('s', [], 100), from: now + 1 }, now)
  t.false(isMuted())
})

test('a silence mutes those that it matches, and can be ended or replaced', (t) => {
  const one = bench()
  const other = alertOf('o', { labels: { team: 'o' } })
  const match = [{ label: 'team', isPositive: true, values: ['o'], pattern: null }]
  t.true(one.planner.silence(silenceOf('s', match, 50)))
  one.at(0, fired(a), fired(other))
  t.deepEqual(one.at(10), ['new a (1) to ops'])
  one.planner.silence(silenceOf('s', match, 100))
  t.deepEqual(one.at(65), [])
  t.true(one.planner.endSilence('s'))
  t.false(one.planner.endSilence('s'))
  t.deepEqual(one.at(70), [])
  t.deepEqual(one.at(80), ['new o (2) to ops'])
  one.planner.silence(silenceOf('t', match, 90))
  one.at(89)
  t.is(one.planner.silences().length, 1)
  t.is(one.planner.nextDue(), START + 90_000)
  one.at(90)
  t.deepEqual(one.planner.silences(), [])
  for (let n = 0; n < MAX_SILENCES; n++) t.true(one.planner.silence(silenceOf(`${n}`, [], 100)))
  t.false(one.planner.silence(silenceOf('one too many', [], 100)))
})

test('a silence of a URL mutes no other', (t) => {
  const one = bench()
  const other = alertOf('o')
  one.planner.silence({ ...silenceOf('s', [], 100), urls: ['https://elsewhere.example', a.url] })
  one.at(0, fired(a), fired(other))
  t.deepEqual(one.at(10), ['new o (1) to ops'])
  t.deepEqual(one.at(100), [])
  t.deepEqual(one.at(110), ['new a (2) to ops'])
})

const isOps = [{ label: 'team', isPositive: true, values: ['ops'], pattern: null }]
const relabelled = ({ key }: Alert, labels: Alert['labels']): AlertChange => ({
  type: 'relabelled',
  alert: { key, labels },
})

test('silences follow the labels that a URL has now, and its end is told like its beginning', (t) => {
  const one = bench({ groupBy: ['team'], repeatMs: 100_000 })
  const ops = alertOf('o', { labels: { team: 'ops' } })
  const web = alertOf('w', { labels: { team: 'web' } })
  one.planner.silence(silenceOf('s', isOps, 10_000))
  one.at(0, fired(ops), fired(web))
  t.deepEqual(one.at(10), ['new w (1) to ops'])
  one.at(20, relabelled(ops, { team: 'web' }), relabelled(web, { team: 'ops' }))
  t.deepEqual(one.at(30), ['new o (1) to ops'])
  t.deepEqual(one.sent.at(-1)?.commonLabels, { team: 'web' })
  t.deepEqual(one.at(110), [])
  t.deepEqual(one.at(130), ['repeat o (1) to ops'])
  one.at(140, relabelled(web, { team: 'db' }))
  t.deepEqual(one.at(210), ['repeat w (1) to ops'])
  one.at(220, resolved({ ...web, labels: { team: 'db' } }))
  t.deepEqual(one.at(230), ['repeat o (1) to ops', 'resolved w (0) to ops'])
  const over = one.sent.find(({ status }) => status === 'resolved')
  t.deepEqual(over?.alerts[0]?.labels, { team: 'web' })
  t.is(over?.groupKey, one.sent[0]?.groupKey)
})

test('an alert inhibits others by the labels that its URL has now', (t) => {
  const inhibitedBy = [{ rule: 'net', equal: ['dc'] }]
  const rules = [webRule({ inhibitedBy }), ruleOf('net', {})]
  const one = bench({}, { rules })
  const net = alertOf('n', { rule: 'net', labels: { dc: '1' } })
  const server = alertOf('s', { labels: { dc: '1' } })
  one.at(0, fired(net), fired(server))
  t.deepEqual(one.at(10), ['new n (1) to ops'])
  one.at(20, relabelled(net, { dc: '2' }))
  t.deepEqual(one.at(30), ['new s (1) to ops'])
  one.at(40, fired(alertOf('u', { labels: { dc: '2' } })))
  t.deepEqual(one.at(50), [])
  one.at(60, resolved(net))
  t.deepEqual(one.at(70), ['resolved n (0) to ops', 'new u (2) to ops'])
})

test('an alert of another rule with equal labels inhibits, until it is over', (t) => {
  const inhibitedBy = [{ rule: 'net', equal: ['dc'] }]
  const rules = [
    webRule({ inhibitedBy, groupBy: ['dc'] }),
    ruleOf('net', {}, { to: ['net'], groupWaitMs: 0 }),
  ]
  for (const restarts of [true, false]) {
    const one = bench({}, { rules })
    one.restarts = restarts
    const net = alertOf('n', { rule: 'net', labels: { dc: '1' } })
    t.deepEqual(one.at(0, fired(net)), ['new n (1) to net'])
    one.at(1, fired(alertOf('a', { labels: { dc: '1' } })), fired(alertOf('b', { labels: { dc: '2' } })))
    t.deepEqual(one.at(11), ['new b (1) to ops'])
    t.deepEqual(one.at(20, resolved(net)), ['resolved n (0) to net'])
    t.deepEqual(one.at(30), ['new a (1) to ops'])
  }
})

test('an alert that holds by another limit is not told for that, and repeats, escalations and its end go on as before', (t) => {
  const fields = { repeatMs: 100_000, escalations: [{ afterMs: 60_000, to: ['phone'] }] }
  for (const isHeld of [false, true]) {
    const one = bench(fields)
    const held: AlertChange[] = isHeld
      ? [{ type: 'held', alert: { key: a.key, limit: 0.9, windowMs: 60_000 } }]
      : []
    one.at(0, fired(a))
    t.deepEqual(one.at(5, ...held), [])
    t.deepEqual(one.at(10), ['new a (1) to ops'])
    t.deepEqual(one.at(30, ...held), [])
    t.deepEqual(one.at(70), ['escalation a (1) to phone'])
    t.deepEqual(one.at(110), ['repeat a (1) to ops phone'])
    one.at(120, resolved(a), ...held)
    t.deepEqual(one.at(130), ['resolved a (0) to ops phone'])
  }
})

test('an escalation whose alerts are all muted comes with the next alert that is not', (t) => {
  const one = bench({ escalations: [{ afterMs: 60_000, to: ['phone'] }] })
  one.restarts = false
  one.at(0, fired(alertOf('m', { labels: { team: 'a' } })))
  one.at(10)
  one.planner.silence(
    silenceOf('s', [{ label: 'team', isPositive: true, values: ['a'], pattern: null }], 1_000),
  )
  t.deepEqual(one.at(70), [])
  one.at(80, fired(b))
  t.deepEqual(one.at(90), ['new b (2) to ops', 'escalation b (2) to phone'])
})

test('what fires is repeated, unless it is acknowledged', (t) => {
  const one = bench({ repeatMs: 60_000 })
  one.at(0, fired(a))
  one.at(10)
  t.deepEqual(one.at(70), ['repeat a (1) to ops'])
  t.false(one.planner.acknowledge('no such', 'me', START))
  t.true(one.planner.acknowledge(a.key, 'me', START + 71_000))
  one.at(71)
  t.deepEqual(one.planner.groups()[0]?.acknowledged, { by: 'me', at: START + 71_000 })
  t.deepEqual(one.at(130), [])
  one.at(180, fired(b))
  t.deepEqual(one.at(190), ['new b (2) to ops'])
  t.is(one.planner.groups()[0]?.acknowledged, null)
  t.deepEqual(one.at(249), [])
  t.deepEqual(one.at(250), ['repeat a b (2) to ops'])
})

test('what has just joined is not repeated at once, and what keeps joining does not keep the rest from being repeated', (t) => {
  const one = bench({ repeatMs: 60_000, groupWaitMs: 0 })
  t.deepEqual(one.at(0, fired(a)), ['new a (1) to ops'])
  t.deepEqual(one.at(58, fired(b)), ['new b (2) to ops'])
  t.deepEqual(one.at(60), [])
  t.is(one.planner.groups()[0]?.repeatAt, START + 118_000)
  one.at(80, resolved(b))
  one.at(100, fired(b))
  t.deepEqual(one.at(119), [])
  t.deepEqual(one.at(120), ['repeat a b (2) to ops'])
  t.deepEqual(one.at(179), [])
  t.deepEqual(one.at(180), ['repeat a b (2) to ops'])
})

test('escalations tell others in the order of their times, who then hear of the rest', (t) => {
  const escalations = [
    { afterMs: 120_000, to: ['boss'] },
    { afterMs: 60_000, to: ['phone', 'ops'] },
  ]
  const one = bench({ escalations })
  one.at(0, fired(a))
  one.at(10)
  t.deepEqual(one.at(70), ['escalation a (1) to phone ops'])
  one.at(75, fired(b))
  t.deepEqual(one.at(85), ['new b (2) to ops phone'])
  one.planner.acknowledge(b.key, 'me', START)
  t.deepEqual(one.at(131), [])
  one.at(140, resolved(a), resolved(b))
  t.deepEqual(one.at(150), ['resolved a b (0) to ops phone'])
  one.at(200, fired(a))
  one.at(210)
  t.deepEqual(one.at(269), [])
  t.deepEqual(one.at(270), ['escalation a (1) to phone ops'])
})

test('an escalation and a repeat that are due at once are one notification for each receiver', (t) => {
  const one = bench({ repeatMs: 60_000, escalations: [{ afterMs: 60_000, to: ['phone', 'ops'] }] })
  one.at(0, fired(a))
  one.at(10)
  t.deepEqual(one.at(70), ['escalation a (1) to phone ops'])
  t.deepEqual(one.at(130), ['repeat a (1) to ops phone'])
  const others = bench({ repeatMs: 60_000, escalations: [{ afterMs: 60_000, to: ['phone'] }] })
  others.at(0, fired(a))
  others.at(10)
  t.deepEqual(others.at(70), ['escalation a (1) to phone', 'repeat a (1) to ops'])
})

test('an escalation that is muted comes when that ends', (t) => {
  const one = bench({ escalations: [{ afterMs: 60_000, to: ['phone'] }] })
  one.at(0, fired(a))
  one.at(10)
  one.planner.silence(silenceOf('s', [], 100))
  t.deepEqual(one.at(70), [])
  t.deepEqual(one.at(99), [])
  t.deepEqual(one.at(100), ['escalation a (1) to phone'])
})

test('a change is told once, nothing follows it', (t) => {
  const one = bench({ repeatMs: 60_000, escalations: [{ afterMs: 60_000, to: ['phone'] }] })
  const change = alertOf('a', { kind: 'changed' })
  one.at(0, fired(change), fired({ ...change, summary: 'later' }))
  t.deepEqual(one.at(10), ['new a (0) to ops'])
  t.deepEqual(one.planner.alerts(), [])
  t.is(one.planner.nextDue(), Infinity)
  one.at(200, fired(change))
  t.deepEqual(one.at(210), ['new a (0) to ops'])
})

test('alerts of a rule that has left the configuration are no longer watched', (t) => {
  const one = bench()
  one.at(0, fired(a))
  one.at(10)
  one.at(11, fired(b))
  one.restart([])
  t.deepEqual(one.planner.firing(), [])
  const { notifications } = one.planner.tick(START + 21_000)
  t.deepEqual(
    notifications.map(({ notification: { cause, alerts }, receivers }) => [
      cause,
      alerts.map(({ summary }) => summary),
      receivers,
    ]),
    [['unwatched', ['no longer watched'], ['ops']]],
  )
  t.deepEqual(one.planner.alerts(), [])
})

test('time in which nobody watched counts for nothing', (t) => {
  const one = bench({ repeatMs: 60_000 })
  one.at(0, fired(a))
  one.at(10)
  const saved = {
    alerts: one.planner.alerts(),
    groups: one.planner.groups(),
    silences: [],
    marks: { sequence: 1, savedAt: START + 20_000 },
  }
  for (const clock of [-86_400_000, 86_400_000]) {
    const planner = new NotificationPlanner(
      plannerOptions({ rules: [webRule({ repeatMs: 60_000 })] }),
      saved,
      START + clock,
    )
    t.is(planner.groups()[0]?.repeatAt, START + clock + 50_000)
    // The new times are saved at once: another restart would count from the old ones.
    const { groups, marks } = planner.tick(START + clock)
    t.is(groups.size, 1)
    t.deepEqual(marks, { sequence: 1, savedAt: START + clock })
  }
})

test('a notification names the first alerts, and what all have in common', (t) => {
  const many = Array.from({ length: 5_000 }, (_, n) =>
    alertOf(`${n}`, {
      url: `https://one.example:8443/${n}`,
      labels: { team: 'web', n: `${n}` },
    }),
  )
  const planner = new NotificationPlanner(
    plannerOptions({ rules: [webRule({ groupWaitMs: 0 })], linkTo: (alerts) => `/a/${alerts.length}` }),
    EMPTY_PLAN,
    START,
  )
  planner.apply(many.map(fired), START)
  const [planned] = planner.tick(START).notifications
  t.is(planned?.sequence, 1)
  const { id, groupKey, firstId, alerts, ...rest } = planned?.notification ?? {}
  t.deepEqual(alerts, many.slice(0, MAX_NAMED_ALERTS))
  t.is(firstId, id)
  t.regex(`${id} ${groupKey}`, /^[0-9a-f]{32} [0-9a-f]{32}$/)
  t.deepEqual(rest, {
    status: 'firing',
    cause: 'new',
    rule: 'web',
    kind: 'down',
    severity: 'critical',
    total: 5_000,
    firing: 5_000,
    commonLabels: { team: 'web' },
    commonHost: 'one.example',
    at: START,
    link: '/a/5000',
  })
})

test('a sequence that was not written is used again, but not its id', (t) => {
  const idAt = (now: number) => {
    const options = plannerOptions({ rules: [webRule({ groupWaitMs: 0 })] })
    const planner = new NotificationPlanner(options, EMPTY_PLAN, START)
    planner.apply([fired(a)].flat(), now)
    const [planned] = planner.tick(now).notifications
    t.is(planned?.sequence, 1)
    return planned?.notification.id
  }
  t.is(idAt(START), idAt(START))
  t.not(idAt(START), idAt(START + 1))
})

test('what fires is told as it is at that moment, what is over as it ended', (t) => {
  const options = plannerOptions({
    rules: [webRule({ groupWaitMs: 0, repeatMs: 60_000 })],
    current: (alert) => ({ ...alert, summary: 'now' }),
  })
  const planner = new NotificationPlanner(options, EMPTY_PLAN, START)
  const told = (now: number) =>
    planner
      .tick(now)
      .notifications.map(({ notification: { cause, alerts } }) => `${cause} ${alerts[0]?.summary}`)
  planner.apply([{ type: 'fired', alert: a }], START)
  t.deepEqual(told(START), ['new now'])
  t.deepEqual(told(START + 60_000), ['repeat now'])
  planner.apply(
    [{ type: 'resolved', alert: { ...a, summary: 'up again', resolvedAt: START } }],
    START + 61_000,
  )
  t.deepEqual(told(START + 61_000), ['resolved up again'])
})

test('an alert ends with the severity that it was told with, also when its rule has another by then', (t) => {
  const one = bench({ groupWaitMs: 0 })
  one.at(0, fired(a), fired(b))
  one.at(1, resolved({ ...a, severity: 'warning' }))
  t.deepEqual(
    one.sent.map(({ cause, alerts }) => `${cause} ${alerts.map(({ severity }) => severity).join(' ')}`),
    ['new critical critical', 'resolved critical'],
  )
})

test('an end is not before the beginning, also when the clock was set back', (t) => {
  const one = bench({ groupWaitMs: 0 })
  one.at(0, fired({ ...a, since: START + 3_600_000 }))
  one.at(1, resolved(a, START + 1_000))
  const [end] = one.sent.at(-1)?.alerts ?? []
  t.is(end?.since, START + 1_000)
  t.is(end?.resolvedAt, START + 1_000)
})

test('a silence that has begun goes on over a restart with the clock before its begin', (t) => {
  let offset = 0
  const one = bench({ groupWaitMs: 0 }, { wallOffset: () => offset })
  one.planner.silence({ ...silenceOf('s', [], 600), from: START + 5_000 }, START)
  t.deepEqual(one.at(4), [])
  t.deepEqual(one.at(6, fired(a)), [])
  offset = -10_000
  one.restart()
  t.deepEqual(one.at(7), [])
})
