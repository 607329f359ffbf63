import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlertEngine } from '../../src/alerts/engine/alert-engine.ts'
import type { AlertRule } from '../../src/alerts/alert-rule.ts'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import { compileMatch, hashText } from '../../src/alerts/run/create-parts.ts'
import { AlertStore } from '../../src/alerts/store/alert-store.ts'
import type { ResourceId } from '../../src/resource/resource.ts'
import { wholeExpression } from '../../src/settings/pattern.ts'

// What the alerter does when all URLs become unknown at once, and are up again: node bench/micro/alert-storm.ts [URLs]. The URLs are in
// 10 groups, the state file is in the folder for temporary files. Prints the CPU time of each step.

const urls = Number(process.argv[2] ?? 100_000)
const RACKS = 10

const rule: AlertRule = {
  name: 'blind',
  match: [],
  to: ['ops'],
  severity: 'critical',
  conditions: {
    down: null,
    up: { polls: 1 },
    unknownMs: 1_000,
    slow: null,
    certificateMs: null,
    uptime: null,
    changed: false,
    flapping: null,
    group: null,
  },
  groupBy: ['rack'],
  groupWaitMs: 10_000,
  repeatMs: null,
  escalations: [],
  continues: false,
  inhibitedBy: [],
}

let now = Date.now()
const directory = mkdtempSync(join(tmpdir(), 'headcount-'))
const say = (line: string) => void process.stdout.write(`${line}\n`)
const store = new AlertStore(join(directory, 'alerts.db'), { now: () => now, warn: say })
const engine = new AlertEngine([rule], {
  hash: hashText,
  compile: wholeExpression,
  uptimeOf: () => Promise.resolve(null),
})
const planner = new NotificationPlanner(
  {
    rules: [rule],
    maintenance: { covers: () => false, nextChange: () => Infinity },
    compileMatch,
    hash: hashText,
    instance: store.instance,
    current: engine.current,
    linkTo: () => '',
  },
  store.loadPlan(),
  now,
)

function timed<Result>(name: string, action: () => Result): Result {
  const before = process.cpuUsage()
  const result = action()
  const { user, system } = process.cpuUsage(before)
  say(`${name}: ${((user + system) / 1e6).toFixed(2)} s of CPU`)
  return result
}

const ids = Array.from({ length: urls }, (_, id) => id as ResourceId)

function pollAll(): void {
  const seen = { verdict: 'up', reason: 'ok', status: 204, detail: 'No Content' } as const
  const figures = { durationMs: 1.2, errCount: 0, certificateExpiresAt: Number.NaN }
  for (const id of ids) engine.poll({ id, generation: 0, at: now, ...seen, ...figures }, now)
}

function turn(what: string): void {
  timed(`${what}: found by the rules`, () => engine.tick(now))
  const changes = engine.takeChanges()
  timed(`${what}: grouped`, () => planner.apply(changes, now))
  const planned = timed(`${what}: planned`, () => planner.tick(now))
  const rows = timed(`${what}: written`, () => store.write(planned))
  say(`  ${changes.length} changes, ${rows.length} notifications`)
}

for (const id of ids)
  engine.register(id, 0, `http://host${id}.example/`, `{"rack":"${id % RACKS}","host":"host${id}"}`, now)
pollAll()
timed('the parent is down', () => {
  for (const id of ids) engine.verdictLost(id, now, now)
})
now += 1_000
turn('fired')
now += 10_000
turn('told')
timed('polls that find them up', pollAll)
turn('over')
now += 10_000
turn('told')
store.close()
rmSync(directory, { recursive: true })
