import { AlertEngine } from '../../src/alerts/engine/alert-engine.ts'
import type { AlertPoll } from '../../src/alerts/engine/alert-poll.ts'
import { LabelSets } from '../../src/alerts/engine/label-sets.ts'
import { RuleIndex } from '../../src/alerts/engine/rule-index.ts'
import type { AlertRule, LabelMatcher, RuleConditions } from '../../src/alerts/alert-rule.ts'
import { makeExpression } from '../../src/settings/pattern.ts'
import type { ResourceId } from '../../src/resource/resource.ts'

// What rules of alerts cost: node --expose-gc bench/micro/alerts.ts [rules] [URLs]. Each URL has a team, an instance of its own and two more labels.
// Of ten rules seven ask for a team, one for a regular expression, one for a list, one for all but an environment. Prints the CPU time of
// matching, registering the URLs, of a poll of a URL that is up, of turning all URLs down and up, of a reload, and the memory.

const rules = Number(process.argv[2] ?? 10_000)
const urls = Number(process.argv[3] ?? 100_000)
const TEAMS = 1_000

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const matcher = (label: string, values: string[] | null, pattern: string | null, isPositive = true) =>
  ({ label, values, pattern, isPositive }) satisfies LabelMatcher

function matchOf(n: number): LabelMatcher[] {
  if (n % 10 === 7) return [matcher('team', null, `team${n % 100}.?`), matcher('env', null, 'prod.*')]
  if (n % 10 === 8) return [matcher('team', [`team${n % TEAMS}`, `team${(n * 7) % TEAMS}`], null)]
  if (n % 10 === 9) return [matcher('env', ['test'], null, false), matcher('tier', [`tier${n}`], null, false)]
  return [matcher('team', [`team${n % TEAMS}`], null)]
}

const CONDITIONS: RuleConditions = {
  down: { polls: 3 },
  up: { polls: 1 },
  unknownMs: 600_000,
  slow: { overMs: 2_000, forMs: 300_000 },
  certificateMs: 14 * 86_400_000,
  uptime: null,
  changed: false,
  flapping: { changes: 5, withinMs: 600_000 },
  group: { by: 'team', down: { share: 0.5 } },
}

const list: AlertRule[] = Array.from({ length: rules }, (_, n) => ({
  name: `rule ${n}`,
  match: matchOf(n),
  to: ['ops'],
  severity: 'critical',
  // The last kind is that of few rules, so that a search goes on after the first that matches.
  conditions: { ...CONDITIONS, changed: n % 1_000 === 999 },
  groupBy: ['team'],
  groupWaitMs: 10_000,
  repeatMs: null,
  escalations: [],
  continues: false,
  inhibitedBy: [],
}))

let keys = 0
const options = {
  hash: () => `${keys++}`,
  compile: (pattern: string) => makeExpression(`^(?s:${pattern})$`).test,
  uptimeOf: () => Promise.resolve(null),
}

function timed(name: string, count: number, action: () => void): void {
  const before = process.cpuUsage()
  action()
  const { user, system } = process.cpuUsage(before)
  say(
    `${name}: ${((user + system) / count).toFixed(2)} µs each, ${((user + system) / 1e6).toFixed(2)} s of CPU`,
  )
}

function bytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const SEEN = { reason: 'ok', status: 200, detail: 'OK', durationMs: 12.5, errCount: 0 }
let now = Date.now()
const expiresAt = now + 60 * 86_400_000
const pollOf = (id: number, verdict: AlertPoll['verdict']): AlertPoll => ({
  id: id as ResourceId,
  generation: 0,
  at: now,
  verdict,
  ...SEEN,
  certificateExpiresAt: expiresAt,
})

const labelsOf = (id: number): string =>
  `{"team":"team${id % TEAMS}","env":"${id % 3 === 0 ? 'prod-eu' : 'test'}","tier":"tier${id % 7}","instance":"host${id}"}`

// Matching by itself: once when a URL comes, with all its labels, and once with each poll.
const sets = new LabelSets(new RuleIndex(list, options.compile))
const numbers = new Uint32Array(urls)
timed('rules matched with the labels of a new URL', urls, () => {
  for (let id = 0; id < urls; id++) numbers[id] = sets.acquire(labelsOf(id))
})
let matched = 0
timed('rules found for a poll', urls, () => {
  for (let n = 0; n < urls; n++) matched += sets.rules(numbers[(n * 7_919) % urls] as number).down.length
})
say(`  ${(matched / urls).toFixed(1)} rules with down a URL`)

let engine = new AlertEngine([], options)
timed(`${rules} rules`, rules, () => {
  engine = new AlertEngine(list, options)
})
const empty = bytes()
timed(`${urls} URLs registered`, urls, () => {
  for (let id = 0; id < urls; id++) {
    const url = `https://host${id % 5_000}.example.com/path/of/page/${id}`
    engine.register(id as ResourceId, 0, url, labelsOf(id), now)
  }
})
const pollAll = (name: string, verdict: AlertPoll['verdict']) => {
  now += 60_000
  timed(name, urls, () => {
    for (let n = 0; n < urls; n++) engine.poll(pollOf((n * 7_919) % urls, verdict), now)
  })
  timed('  tick', 1, () => engine.tick(now))
  const changes = Map.groupBy(engine.takeChanges(), ({ type, alert }) =>
    `${type} ${'kind' in alert ? alert.kind : ''}`.trimEnd(),
  )
  say(`  changes: ${[...changes].map(([what, all]) => `${all.length} ${what}`).join(', ') || 'none'}`)
}
pollAll('first poll', 'up')
const text =
  `https://host4999.example.com/path/of/page/99999${'{"team":"team999","env":"test","tier":"tier6","instance":"host99999"}'}`
    .length
say(
  `memory: ${((bytes() - empty) / urls).toFixed(0)} bytes a URL, of which some ${text} for its text and labels`,
)
for (let times = 0; times < 3; times++) pollAll('poll of a URL that is up', 'up')
pollAll('first down poll', 'down')
pollAll('second down poll', 'down')
pollAll('third down poll, which fires', 'down')
say(`memory with all URLs down: ${((bytes() - empty) / urls).toFixed(0)} bytes a URL`)
pollAll('up again', 'up')
timed('reload of the same rules', 1, () => engine.reconfigure(list, now))
timed('forget all', urls, () => {
  for (let id = 0; id < urls; id++) engine.forget(id as ResourceId, now)
})
