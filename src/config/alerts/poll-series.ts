import type { TestPoll } from '../../alerts/simulation/rule-test.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { parseInteger } from '../../settings/values.ts'

/** The most polls of a URL in a test. */
const MAX_POLLS = 100_000

/** A verdict, or `-` for no poll; what was seen; how often. */
const PART = /^(up|down|unknown|-)(?:\(([^()]*)\))?(?:\*(\d{1,6}))?$/

/** How long a poll takes unless the series says so, in ms. */
const DURATION_MS = 100

/**
 * Parses polls, one each `everyMs`: `up down*3 down(503) up(2.5s,cert=13d) -`. In parentheses: a status, how long it took, how long the
 * certificate is still valid. Throws a RangeError.
 */
export function parsePollSeries(text: string, everyMs: number): TestPoll[] {
  const polls: TestPoll[] = []
  let count = 0
  for (const word of text.trim().replaceAll(/,\s+/g, ',').split(/\s+/)) {
    const [, verdict, seen, times = '1'] = PART.exec(word) ?? []
    if (verdict === undefined)
      throw new RangeError('not polls such as up down*3 down(503) up(2.5s) unknown -')
    const poll = verdict === '-' ? null : pollOf(verdict as TestPoll['verdict'], seen)
    for (let n = Number(times); n > 0; n--) {
      if (count >= MAX_POLLS) throw new RangeError(`more than ${MAX_POLLS} polls`)
      if (poll !== null) polls.push({ ...poll, at: count * everyMs })
      count++
    }
  }
  return polls
}

function pollOf(verdict: TestPoll['verdict'], seen: string | undefined): Omit<TestPoll, 'at'> {
  let [status, durationMs] = [verdict === 'up' ? 200 : 0, DURATION_MS]
  let certificateMs: number | null = null
  for (const part of (seen ?? '').split(',').map((one) => one.trim())) {
    if (part === '') continue
    if (part.startsWith('cert=')) certificateMs = parseLongDuration(part.slice('cert='.length))
    else if (/^\d+$/.test(part)) status = parseInteger(part, 100, 999)
    else durationMs = parseLongDuration(part)
  }
  return { verdict, status, durationMs, certificateMs }
}
