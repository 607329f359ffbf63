import test from 'ava'
import { jsonText, stateFields } from '../../src/print/text/json.ts'
import type { ResourceId } from '../../src/resource/resource.ts'
import type { ShownState } from '../../src/state/shown-state.ts'
import { urlFields } from '../../src/api/url-row.ts'
import { TestMonitor } from '../helpers/api-server.ts'
import { down, unknown, up } from '../helpers/state.ts'

const URL_OF_LIST = 'https://a.example/'
const LABELS = '{"team":"web"}'

function monitorOf() {
  const monitor = new TestMonitor()
  monitor.add(0, URL_OF_LIST, { labels: LABELS })
  return monitor
}

const rowOf = ({ map, recorder }: TestMonitor) =>
  JSON.parse(JSON.stringify(urlFields(map, recorder.latest, 0 as ResourceId))) as Record<string, unknown>

const last = (state: ShownState, answer: 'up' | 'down' | 'unknown'): ShownState => ({
  ...state,
  last: { answer, consecutive: 2, needed: 3 },
})

const STATES: Readonly<Record<string, ShownState>> = {
  up: up(0),
  'up with a detail': up(0, { detail: 'HEAD was refused' }),
  redirected: up(0, { redirects: 2, finalUrl: 'https://b.example/x', status: 204, statusText: '' }),
  status: down(0, { reason: 'status', status: 503, statusText: 'Gone fishing', detail: '503 Gone fishing' }),
  body: down(0, { reason: 'body', status: 200, statusText: 'OK', detail: 'no "ok" in it', httpVersion: '2' }),
  timeout: down(0, { address: '', finalUrl: '', rechecked: true, errCount: 7 }),
  'without HTTP': up(0, {
    method: '',
    status: 0,
    statusText: '',
    detail: 'connected',
    httpVersion: '',
    tls: null,
  }),
  'another method': up(0, { method: 'PROPFIND', stalledMs: 3 }),
  'a proxy': up(0, { phasesMs: { dns: 0, connect: 1, tls: 0, wait: 2, proxy: 4 } }),
  'a proxy that took no time': up(0, { phasesMs: { dns: 0, connect: 1, tls: 0, wait: 2, proxy: 0 } }),
  'no date in the certificate': up(0, { tls: { protocol: 'TLSv1.3', expiresAt: Number.NaN } }),
  local: unknown(0),
  'still up': last({ ...down(0), verdict: 'up' }, 'down'),
  'up, as before': last(up(0), 'up'),
}

for (const [name, state] of Object.entries(STATES))
  test(`a row is the JSON line of the last poll, and since: ${name}`, (t) => {
    const monitor = monitorOf()
    // Nothing of an earlier poll is left.
    monitor.take(last(up(0, { redirects: 9, finalUrl: 'https://c.example/', rechecked: true }), 'up'), state)
    const { since, id, ...fields } = rowOf(monitor)
    t.deepEqual(fields, JSON.parse(jsonText(stateFields(URL_OF_LIST, state, LABELS))))
    t.is(since, new Date(state.at).toISOString())
    t.is(id, 0)
  })

test('since is when the verdict turned, not when the reason or the time of the poll changed', (t) => {
  const monitor = monitorOf()
  const at = (seconds: number) => Date.UTC(2026, 0, 1, 0, 0, seconds)
  monitor.take(up(0, { at: at(1) }), up(0, { at: at(2) }), up(0, { at: at(3), status: 204 }))
  t.is(rowOf(monitor)['since'], '2026-01-01T00:00:01.000Z')
  monitor.take(down(0, { at: at(4) }), down(0, { at: at(5), reason: 'dns' }))
  t.is(rowOf(monitor)['since'], '2026-01-01T00:00:04.000Z')
})

test('a URL that was not polled yet is pending', (t) => {
  const row = rowOf(monitorOf())
  t.like(row, { url: URL_OF_LIST, verdict: 'pending', labels: { team: 'web' }, errCount: 0, since: null })
  for (const name of ['at', 'reason', 'status', 'durationMs', 'phasesMs', 'tls', 'poller'])
    t.is(row[name], null, name)
})

test('a monitor that has replaced another knows the verdict, and since when only if it turns', (t) => {
  const replaced = () => {
    const monitor = new TestMonitor()
    monitor.add(0, URL_OF_LIST, { verdict: 'up', errCount: 0 })
    return monitor
  }
  t.like(rowOf(replaced()), { verdict: 'up', reason: null, at: null, since: null })
  const confirmed = replaced()
  confirmed.take(up(0))
  t.like(rowOf(confirmed), { verdict: 'up', reason: 'ok', since: null })
  const turned = replaced()
  turned.take(down(0))
  t.like(rowOf(turned), { verdict: 'down', since: new Date(down(0).at).toISOString() })
})

test('a URL whose parent is down is unknown, with that reason', (t) => {
  const monitor = monitorOf()
  monitor.take(down(0, { reason: 'status', status: 404, statusText: 'Not Found', detail: '404 Not Found' }))
  const at = down(0).at + 1_000
  t.true(monitor.map.loseVerdict(0 as ResourceId, 'parent', 'the parent is down', at))
  monitor.recorder.verdictLost(0 as ResourceId, at)
  t.like(rowOf(monitor), {
    verdict: 'unknown',
    reason: 'parent',
    status: null,
    statusText: '',
    detail: 'the parent is down',
    since: new Date(at).toISOString(),
  })
})

test('another URL with the same id has nothing of the one before', (t) => {
  const monitor = monitorOf()
  monitor.take(STATES['redirected'] as ShownState)
  monitor.remove(0)
  monitor.add(0, 'https://b.example/', { generation: 1 })
  t.like(rowOf(monitor), {
    url: 'https://b.example/',
    verdict: 'pending',
    at: null,
    since: null,
    finalUrl: null,
  })
})

test('the number of a URL that differs in its credentials is no part of its final URL', (t) => {
  const monitor = new TestMonitor()
  monitor.add(0, 'https://a.example/#2')
  monitor.take(up(0))
  t.like(rowOf(monitor), { url: 'https://a.example/#2', finalUrl: 'https://a.example/' })
})

test('a row has what each zone says, also before anything else is known', (t) => {
  const monitor = monitorOf()
  t.false('zones' in rowOf(monitor))
  const { zones } = monitor.map
  zones.setLive(['eu', 'us'])
  const poll = { verdict: 'down', reason: 'status', status: 503, durationMs: 20, at: 5_000 } as const
  zones.set('us', 0 as ResourceId, 0, poll)
  const said = { zone: 'us', ...poll, at: '1970-01-01T00:00:05.000Z' }
  t.deepEqual(rowOf(monitor)['zones'], [said])
  monitor.take(up(0))
  t.deepEqual(rowOf(monitor)['zones'], [said])
})
