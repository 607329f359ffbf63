import test from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { LatestPolls } from '../../src/state/latest-polls.ts'
import { StateMap } from '../../src/state/state-map.ts'
import type { State } from '../../src/state/state.ts'
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts'
import { unpackRows } from '../../src/metrics/url-page.ts'
import type { UrlPage, UrlRow } from '../../src/metrics/url-page.ts'
import { down, unknown, up } from '../helpers/state.ts'
import { summary } from '../helpers/summary.ts'

/** A recorder beside a map of so many URLs. */
function recorderOf(urls: number) {
  const map = new StateMap()
  for (let id = 0; id < urls; id++) map.add(id as ResourceId, `https://a.example/${id}`)
  const { mainStats } = summary
  const latest = new LatestPolls()
  const recorder = new MetricsRecorder(
    () => ({ map, mainStats, pollersCpuMs: [3, 4], history: null, alerts: null }),
    latest,
    () => 2,
  )
  const take = (...states: State[]) => {
    for (const state of states) {
      map.set(state)
      latest.set(state)
      recorder.state(state)
    }
  }
  return { map, latest, recorder, take }
}

function rowsOf({ rows }: UrlPage): UrlRow[] {
  const all: UrlRow[] = []
  unpackRows(rows, (row) => all.push(row))
  return all
}

test('totals count polls by reason, and verdicts of URLs', (t) => {
  const { recorder, take } = recorderOf(3)
  take(up(0), down(1), down(1), unknown(2), up(0))
  const totals = recorder.totals()
  t.deepEqual(totals.counts, { pending: 0, up: 1, down: 1, unknown: 1 })
  const polls = Object.fromEntries(REASONS.map((reason, n) => [reason, totals.polls[n]]))
  t.like(polls, { ok: 2, timeout: 2, local: 1, dns: 0 })
  t.is(
    totals.duration.buckets.reduce((sum, count) => sum + count, 0),
    5,
  )
  t.like(totals, { urls: 3, monitorCpuMs: 2, pollersCpuMs: [3, 4] })
})

test('a page has the latest State of each URL', (t) => {
  const { recorder, take } = recorderOf(2)
  const state = up(0)
  take(down(0), state)
  const [first, second] = rowsOf(recorder.urls(0, 10))
  t.deepEqual(first, {
    url: 'https://a.example/0',
    labels: '',
    verdict: 'up',
    status: 200,
    at: state.at,
    duration: state.durationMs,
    ...state.phasesMs,
    expiresAt: state.tls?.expiresAt ?? 0,
  })
  t.like(second, { url: 'https://a.example/1', verdict: 'pending', at: 0, status: 0, expiresAt: 0 })
})

test('a certificate stays known while polls fail, until an answer has none', (t) => {
  const { recorder, take } = recorderOf(1)
  const expiresAt = () => rowsOf(recorder.urls(0, 1))[0]?.expiresAt
  take(up(0))
  const before = expiresAt()
  t.true((before ?? 0) > 0)
  take(down(0))
  t.is(expiresAt(), before)
  take(up(0, { tls: null }))
  t.is(expiresAt(), 0)
})

test('pages follow each other without gaps', (t) => {
  const { map, recorder } = recorderOf(10)
  map.remove(3 as ResourceId, 0)
  map.remove(9 as ResourceId, 0)
  const urls: string[] = []
  let from: number | null = 0
  let pages = 0
  while (from !== null) {
    const page: UrlPage = recorder.urls(from, 4)
    urls.push(...rowsOf(page).map(({ url }) => url.slice('https://a.example/'.length)))
    from = page.next
    pages++
  }
  t.deepEqual(urls, ['0', '1', '2', '4', '5', '6', '7', '8'])
  t.is(pages, 3)
})

test('a page over many free ids ends early, and the next one goes on', (t) => {
  const { map, recorder } = recorderOf(120_000)
  for (let id = 0; id < 119_999; id++) map.remove(id as ResourceId, 0)
  const first = recorder.urls(0, 10)
  t.is(rowsOf(first).length, 0)
  t.is(first.next, 50_000)
  t.is(rowsOf(recorder.urls(100_000, 10)).length, 1)
})

test('another URL with the same id has nothing of the one before', (t) => {
  const { map, latest, recorder, take } = recorderOf(1)
  take(up(0))
  map.remove(0 as ResourceId, 0)
  latest.forget(0 as ResourceId)
  map.add(0 as ResourceId, 'https://b.example/', {
    generation: 1,
    verdict: 'pending',
    errCount: 0,
    labels: '',
  })
  t.like(rowsOf(recorder.urls(0, 1))[0], { url: 'https://b.example/', verdict: 'pending', at: 0, status: 0 })
})

test('a URL whose verdict only is known has no times', (t) => {
  const { map, recorder } = recorderOf(0)
  map.add(0 as ResourceId, 'https://b.example/', { generation: 0, verdict: 'down', errCount: 2, labels: '' })
  t.like(rowsOf(recorder.urls(0, 1))[0], { verdict: 'down', at: 0, duration: 0 })
})
