import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ResourceId } from '../../resource/resource.ts'
import { wholeExpression } from '../../settings/pattern.ts'
import type { AlertConfig } from '../alert-rule.ts'
import { AlertEngine } from '../engine/alert-engine.ts'
import { compileMatch } from '../engine/compile-match.ts'
import { MaintenanceCalendar } from '../plan/maintenance.ts'
import { NotificationPlanner } from '../plan/notification-planner.ts'
import type { CompileMatch } from '../plan/silences.ts'
import type { RuleTest, SentNotification, TestPoll } from './rule-test.ts'

/** Time goes on in such steps, in ms, as that of the alerter does when nothing happens. */
const STEP_MS = 1_000

/** The reason of a poll for which the test gives no status. */
const REASONS = { up: 'ok', down: 'refused', unknown: 'local' } as const

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)

/** What would be sent to whom, in order, if polls were as in the test. Nothing is sent. */
export async function runRuleTest(
  { rules, maintenance }: AlertConfig,
  test: RuleTest,
): Promise<readonly SentNotification[]> {
  let isAsked = false
  const uptimes = new Map(test.urls.map(({ url, uptime }) => [url, uptime]))
  const engine = new AlertEngine(rules, {
    hash,
    compile: wholeExpression,
    uptimeOf(url) {
      isAsked = true
      return Promise.resolve(uptimes.get(url) ?? null)
    },
  })
  const compile: CompileMatch = (match) => compileMatch(match, wholeExpression)
  const planner = new NotificationPlanner(
    {
      rules,
      maintenance: new MaintenanceCalendar(maintenance, compile),
      compileMatch: compile,
      hash,
      instance: '',
      current: engine.current,
      linkTo: () => '',
    },
    { alerts: [], groups: [], silences: [], marks: null },
    test.start,
  )
  engine.beginList()
  for (const [id, { url, labels }] of test.urls.entries())
    engine.register(id as ResourceId, 1, url, JSON.stringify(labels), test.start)
  engine.endList(test.start)
  engine.endRestored(test.start)
  const polls = pollsInOrder(test)
  const errors = test.urls.map(() => 0)
  const sent: SentNotification[] = []
  let [next, acknowledged] = [0, 0]
  for (let at = 0; at <= test.forMs; at += STEP_MS) {
    for (let poll = polls[next]; poll !== undefined && poll.at <= at; poll = polls[++next]) {
      errors[poll.id] = poll.verdict === 'up' ? 0 : (errors[poll.id] as number) + 1
      engine.poll(pollOf(poll, test.start, errors[poll.id] as number), test.start + poll.at)
    }
    const now = test.start + at
    engine.tick(now)
    if (isAsked) {
      // Its answer comes in a later turn.
      isAsked = false
      await nextTurn()
    }
    planner.apply(engine.takeChanges(), now)
    for (const { notification, receivers } of planner.tick(now).notifications)
      for (const to of receivers) sent.push({ at, to, notification })
    while ((test.acknowledgedAt[acknowledged] ?? Infinity) <= at) {
      acknowledged++
      for (const { key } of planner.groups()) planner.acknowledge(key, 'test', now)
    }
  }
  return sent
}

interface NumberedPoll extends TestPoll {
  /** The number of its URL. */
  readonly id: number
}

function pollsInOrder({ urls }: RuleTest): readonly NumberedPoll[] {
  return urls
    .flatMap(({ polls }, id) => polls.map((poll) => ({ ...poll, id })))
    .toSorted((a, b) => a.at - b.at)
}

function pollOf(
  { id, at, verdict, status, durationMs, certificateMs }: NumberedPoll,
  start: number,
  errCount: number,
) {
  return {
    id: id as ResourceId,
    generation: 1,
    at: start + at,
    verdict,
    reason: verdict === 'down' && status !== 0 ? 'status' : REASONS[verdict],
    status,
    detail: '',
    durationMs,
    errCount,
    certificateExpiresAt: certificateMs === null ? Number.NaN : start + at + certificateMs,
  }
}
