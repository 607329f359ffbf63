import test from 'ava'
import type { HistoryQuestion } from '../../../src/history/record/history-question.ts'
import { daysOf } from '../../../src/web/public/page-history.ts'
import { PastReader } from '../../../src/web/server/past-reader.ts'
import { RecorderError } from '../../../src/web/server/recorder-client.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { labels, PAGE } from '../../helpers/status-server.ts'
import { BEGIN, TestRecorder } from '../../helpers/test-recorder.ts'

const DAY = 86_400_000
const URLS = ['https://a.example/0', 'https://a.example/1']

/** A history of two URLs, and what it is asked. */
function setUp() {
  const recorder = new TestRecorder()
  recorder.register(...URLS.map((url) => ({ url, ...labels({}) })))
  recorder.record(up(0, { at: BEGIN }), unknown(1, { at: BEGIN }))
  recorder.run(600_000)
  recorder.record(down(0, { at: BEGIN + 600_000 }))
  recorder.run(1_200_000)
  const asked: HistoryQuestion[] = []
  const state = { isAnswering: true }
  const reader = new PastReader(
    {
      ask(question) {
        asked.push(question)
        if (!state.isAnswering) return Promise.reject(new RecorderError('the recorder does not answer'))
        return recorder.ask(question)
      },
    },
    { ...PAGE, days: 5 },
  )
  /** How many times of URLs were asked for since the last look. */
  const times = () =>
    asked
      .splice(0)
      .reduce((sum, one) => sum + (one.type === 'times' ? one.times.length * one.urls.length : 0), 0)
  return { recorder, reader, times, state }
}

test('what was of each URL, and no incident but of what was down', async (t) => {
  const { reader, recorder } = setUp()
  const past = await reader.read([...URLS, 'https://new.example/'], recorder.now)
  t.deepEqual(
    past?.days,
    [-4, -3, -2, -1, 0].map((day) => BEGIN + day * DAY),
  )
  t.deepEqual(past?.incidents, [{ url: URLS[0], begin: BEGIN + 600_000, end: null, maintenance: false }])
  t.deepEqual([...(past?.urls.keys() ?? [])].toSorted(), URLS)
  if (past === null) return
  t.deepEqual(daysOf(past, [URLS[0] as string]), {
    kinds: ['none', 'none', 'none', 'none', 'down'],
    maintained: [false, false, false, false, false],
    uptime: 0.5,
    watchedMs: 1_200_000,
    maintenanceMs: 0,
  })
  t.deepEqual(daysOf(past, [URLS[1] as string]).kinds.at(-1), 'unknown')
  t.is(daysOf(past, [URLS[1] as string]).uptime, null)
  t.is(daysOf(past, URLS).uptime, 0.5)
  t.is(daysOf(past, ['https://new.example/']).kinds.join(), 'none,none,none,none,none')
})

test('many other incidents hide none', async (t) => {
  const { reader, recorder } = setUp()
  // As of an uplink that comes and goes.
  for (let n = 0; n < 450; n++) {
    const at = BEGIN + 1_300_000 + n * 2_000
    recorder.record(unknown(1, { at }), up(1, { at: at + 1_000 }))
    if (n % 50 === 0) recorder.run(at + 1_000 - BEGIN)
  }
  recorder.run(3_000_000)
  const past = await reader.read(URLS, recorder.now)
  t.deepEqual(
    past?.incidents.map(({ url }) => url),
    [URLS[0]],
  )
})

test('it is asked once a minute, and once for days that are over', async (t) => {
  const { reader, recorder, times } = setUp()
  const now = recorder.now
  await reader.read(URLS, now)
  t.is(times(), 2 * (5 + 1))
  await reader.read(URLS, now + 59_999)
  t.is(times(), 0)
  await reader.read(URLS, now + 60_000)
  t.is(times(), 2 * (1 + 1))
  // A day that has just begun: the one before may still change.
  await reader.read(URLS, BEGIN + DAY + 60_000)
  t.is(times(), 2 * (2 + 1))
  await reader.read([URLS[0] as string], BEGIN + DAY + 180_000)
  t.is(times(), 2 + 1)
  await reader.read([URLS[0] as string], BEGIN + DAY + 240_000)
  t.is(times(), 1 + 1)
})

test('while the recorder is being replaced, what was known stays', async (t) => {
  const { reader, recorder, times, state } = setUp()
  state.isAnswering = false
  t.is(await reader.read(URLS, recorder.now), null)
  state.isAnswering = true
  const past = await reader.read(URLS, recorder.now)
  t.is(past?.urls.size, 2)
  state.isAnswering = false
  times()
  t.is(await reader.read(URLS, recorder.now + 60_000), past)
  t.true(times() > 0)
  t.is(reader.note(recorder.now + 60_000), null)
})

test('what is not known, or not since some minutes, has a note', async (t) => {
  const { reader, recorder, state } = setUp()
  state.isAnswering = false
  await reader.read(URLS, recorder.now)
  t.is(reader.note(recorder.now), 'What was before is not known now.')
  state.isAnswering = true
  await reader.read(URLS, recorder.now)
  t.is(reader.note(recorder.now), null)
  state.isAnswering = false
  await reader.read(URLS, recorder.now + 299_999)
  t.is(reader.note(recorder.now + 299_999), null)
  t.is(
    reader.note(recorder.now + 300_000),
    'What was before is as of 1 Jan 2026, 00:20: it is not known since.',
  )
})
