import { isIP } from 'node:net'
import test from 'ava'
import { ChangePrinter } from '../../../src/print/text/change-printer.ts'
import type { ChangeFormat } from '../../../src/print/text/change-printer.ts'
import { ecs } from '../../../src/print/text/ecs.ts'
import { logfmt } from '../../../src/print/text/logfmt.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import type { State } from '../../../src/state/state.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { HARD_LABELS, setLabels, stateMapOf } from '../../helpers/state-map.ts'
import { summary } from '../../helpers/summary.ts'

const AT = Date.UTC(2026, 10, 25, 10)
const M = 60_000

/** What a format prints of these States, a line each, and of what is done then. */
function printed(
  format: ChangeFormat,
  states: readonly State[],
  then: (printer: ChangePrinter, map: ReturnType<typeof stateMapOf>) => void = () => {},
): string[] {
  let text = ''
  const write = (more: string) => void (text += more)
  const printer = new ChangePrinter({ dropped: 0, write, flush: () => Promise.resolve() }, format)
  const map = stateMapOf(['https://a.example/0?q=1', 'tcp://[2001:db8::1]:5432'])
  for (const state of states) printer.state(state, map.set(state) === true, map)
  then(printer, map)
  return text.split('\n').slice(0, -1)
}

const FAILED = { reason: 'status', status: 503, statusText: 'Service Unavailable', detail: '503' } as const

test('logfmt: a line for each change, and for each summary', (t) => {
  const lines = printed(
    logfmt,
    [up(0, { at: AT }), up(0, { at: AT + M }), down(0, { ...FAILED, at: AT + 192 * M }), down(1, { at: AT })],
    (printer) => void printer.print(summary),
  )
  t.deepEqual(lines, [
    'time=2026-11-25T10:00:00.000Z level=info msg=change verdict=up url="https://a.example/0?q=1" reason=ok status=200 text=OK method=HEAD duration_ms=41.2 address=192.0.2.1',
    'time=2026-11-25T13:12:00.000Z level=error msg=change verdict=down url="https://a.example/0?q=1" reason=status status=503 text="Service Unavailable" was=up was_since=2026-11-25T10:00:00.000Z method=HEAD duration_ms=41.2 address=192.0.2.1',
    'time=2026-11-25T10:00:00.000Z level=error msg=change verdict=down url=tcp://[2001:db8::1]:5432 reason=timeout text="no answer in time (wait)" method=HEAD duration_ms=41.2 address=192.0.2.1',
    'time=2026-01-02T03:04:05.678Z level=info msg=summary urls=10 up=4 down=3 unknown=2 pending=1 polls=120 polls_per_second=2.0 skipped=5 dropped=0',
  ])
})

test('logfmt: what would end a value or move a cursor is quoted', (t) => {
  const [line = ''] = printed(logfmt, [
    unknown(0, { detail: 'a="b"\n\u001b[2Jüber', method: '', address: '' }),
  ])
  t.regex(line, /^time=\S+ level=warn msg=change verdict=unknown /)
  t.true(line.includes(' text="a=\\"b\\"\\n\\u001b[2Jüber" duration_ms='), line)
  t.false(line.includes('method='))
})

test('logfmt: the name of a label is escaped like a value, and no two names become one', (t) => {
  const labels = {
    'x\nlevel=error msg=forged': 'v',
    'a b=\u001b[31m"': 'w',
    'a\\u0020b': '1',
    'a b': '2',
    über: '3',
  }
  const [line = ''] = printed(logfmt, [], (printer, map) => {
    setLabels(map, 0, { ...labels, '\ud800\u202e': '4' })
    const state = down(0, { at: AT })
    printer.state(state, map.set(state) === true, map)
  })
  t.deepEqual(
    line
      .split(' ')
      .filter((field) => field.startsWith('label.'))
      .toSorted(),
    [
      'label.\\ud800\\u202e=4',
      'label.a\\u0020b=2',
      'label.a\\u0020b\\u003d\\u001b[31m\\u0022=w',
      'label.a\\u005cu0020b=1',
      'label.x\\u000alevel\\u003derror\\u0020msg\\u003dforged=v',
      'label.über=3',
    ],
  )
})

test('ecs: no label takes the place of another one', (t) => {
  const [line = ''] = printed(ecs, [], (printer, map) => {
    setLabels(map, 0, { 'a.b': '1', a_b: '2', 'a.b.': '3', 'a_b.': '4' })
    const state = down(0, { at: AT })
    printer.state(state, map.set(state) === true, map)
  })
  const { labels } = JSON.parse(line) as { labels: Record<string, string> }
  t.deepEqual(labels, { a_b: '2', a_b_: '1', a_b__: '3', a_b___: '4' })
})

/** Types of these fields in ECS 9.4.0, as its `generated/csv/fields.csv` has them. */
const FIELDS: Readonly<Record<string, string>> = {
  '@timestamp': 'date',
  'log.level': 'keyword',
  message: 'match_only_text',
  'ecs.version': 'keyword',
  'event.module': 'keyword',
  'event.category': 'keyword[]',
  'event.type': 'keyword[]',
  'event.kind': 'keyword',
  'event.dataset': 'keyword',
  'event.action': 'keyword',
  'event.outcome': 'keyword',
  'event.reason': 'keyword',
  'event.duration': 'long',
  'url.full': 'wildcard',
  'url.scheme': 'keyword',
  'url.domain': 'keyword',
  'url.port': 'long',
  'http.request.method': 'keyword',
  'http.response.status_code': 'long',
  'http.version': 'keyword',
  'error.message': 'match_only_text',
  'server.ip': 'ip',
  'tls.version': 'keyword',
  'tls.server.not_after': 'date',
  labels: 'object',
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'date':
      return typeof value === 'string' && new Date(value).toISOString() === value
    case 'long':
      return Number.isSafeInteger(value)
    case 'ip':
      return isIP(String(value)) !== 0
    case 'keyword[]':
      return Array.isArray(value)
    case 'object':
      return Object.entries(value as object).every(
        ([name, text]) => !name.includes('.') && typeof text === 'string',
      )
    default:
      return typeof value === 'string'
  }
}

test('ecs: every field is one of the schema, of its type, or of headcount’s own', (t) => {
  const lines = printed(
    ecs,
    [
      up(0, { at: AT }),
      down(0, { ...FAILED, at: AT + M, address: 'fe80::1%eth0' }),
      unknown(1, { tls: { protocol: 'TLSv1.2', expiresAt: Number.NaN }, method: '', address: '' }),
      up(1),
    ],
    (printer, map) => {
      setLabels(map, 0, { ...HARD_LABELS, 'a.b': 'c' })
      const state = down(0, { at: AT + 2 * M })
      printer.state(state, map.set(state) === true, map)
      void printer.print(summary)
    },
  )
  t.is(lines.length, 6)
  for (const line of lines) {
    const fields = Object.entries(JSON.parse(line) as Record<string, unknown>)
    t.deepEqual(
      fields.slice(0, 4).map(([name]) => name),
      ['@timestamp', 'log.level', 'message', 'ecs.version'],
    )
    for (const [name, value] of fields) {
      if (name.startsWith('headcount.')) continue
      t.true(isOfType(value, FIELDS[name] ?? 'no field'), `${name}: ${String(value)}`)
    }
    t.is(new Set(fields.map(([name]) => name)).size, fields.length)
  }
  const [, second, third, fourth, fifth, last] = lines.map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  )
  t.like(second, {
    '@timestamp': '2026-11-25T10:01:00.000Z',
    'log.level': 'error',
    message: 'down https://a.example/0?q=1 status: 503 Service Unavailable (was up for 1m)',
    'ecs.version': '9.4.0',
    'event.outcome': 'failure',
    'event.reason': 'status',
    'event.duration': 41_200_001,
    'url.full': 'https://a.example/0?q=1',
    'url.domain': 'a.example',
    'http.response.status_code': 503,
    'error.message': 'Service Unavailable',
    'headcount.previous_verdict': 'up',
    'headcount.previous_since': '2026-11-25T10:00:00.000Z',
  })
  t.false('server.ip' in (second ?? {}))
  t.like(third, { 'log.level': 'warn', 'url.scheme': 'tcp', 'url.domain': '[2001:db8::1]', 'url.port': 5432 })
  t.like(fourth, {
    'event.outcome': 'success',
    'tls.version': '1.3',
    'tls.server.not_after': '2027-01-01T00:00:00.000Z',
  })
  t.like(fifth, { labels: { a_b: 'c', team: 'web' } })
  t.like(last, {
    message: '10 URLs: 4 up, 3 down, 2 unknown, 1 pending',
    'event.kind': 'metric',
    'headcount.down': 3,
  })
})

test('a URL whose parent has turned down, one that was restored, and one that has left', (t) => {
  const lines = printed(logfmt, [up(0, { at: AT })], (printer, map) => {
    map.loseVerdict(0 as ResourceId, 'parent', 'b.example is down', AT + M)
    printer.verdictLost(0 as ResourceId, AT + M, map)
    printer.restored(1 as ResourceId, 'up', AT - M)
    const state = down(1, { at: AT })
    printer.state(state, map.set(state) === true, map)
    printer.forget(1 as ResourceId)
    printer.state(state, true, map)
  })
  t.regex(
    lines[1] ?? '',
    / level=warn msg=change verdict=unknown .* reason=parent text="b\.example is down" was=up was_since=\S+$/,
  )
  t.regex(lines[2] ?? '', / verdict=down .* was=up was_since=2026-11-25T09:59:00\.000Z /)
  t.notRegex(lines[3] ?? '', /was=/)
})
