import test from 'ava'
import { lostLine, removedLine, stateLine, summaryLine } from '../../src/print/text/json.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { faultsOf, schema } from '../helpers/output-schema.ts'
import { parseLines, Program } from '../helpers/program.ts'
import { down, unknown, up } from '../helpers/state.ts'
import { summary } from '../helpers/summary.ts'

const STATE = JSON.parse(stateLine('https://a.example/', up(0))) as Record<string, unknown>
const LATEST = {
  url: 'https://a.example/',
  verdict: 'unknown',
  reason: 'parent',
  status: 0,
  errCount: 0,
  text: 'its parent is down',
} as const
const LOST = JSON.parse(lostLine(LATEST, 1_000, 'up', '{"team":"web"}')) as Record<string, unknown>
const REMOVED = JSON.parse(removedLine('https://a.example/', 1_000)) as Record<string, unknown>
const SUMMARY = JSON.parse(summaryLine(summary)) as Record<string, unknown>
const MACHINE = {
  name: 'a',
  zone: '',
  isUp: true,
  urls: 5,
  batches: 2,
  plans: true,
  alerts: true,
  isDrained: false,
  canPoll: true,
}
const SHARED = JSON.parse(
  summaryLine({
    ...summary,
    mainStats: { ...summary.mainStats, cluster: { isReady: true, machines: [MACHINE] } },
  }),
) as Record<string, unknown>

test('every kind of line is valid', (t) => {
  const tls = { protocol: 'TLSv1.3', expiresAt: Number.NaN }
  for (const state of [up(0), up(0, { tls }), up(0, { tls: null }), down(0), unknown(0)]) {
    t.is(faultsOf(JSON.parse(stateLine('https://a.example/', state))), '')
    t.is(faultsOf(JSON.parse(stateLine('https://a.example/', state, '{"team":"web"}'))), '')
  }
  for (const line of [SUMMARY, SHARED, LOST, REMOVED]) t.is(faultsOf(line), '')
})

test('every property of a line is in the schema, and required', (t) => {
  for (const [line, shape, optional, missing] of [
    [STATE, schema.$defs.state, [], ['answer', 'zones']],
    [SHARED, schema.$defs.summary, ['cluster'], ['reasons']],
  ] as const) {
    t.deepEqual([...Object.keys(line), ...missing], Object.keys(shape.properties))
    const required: readonly string[] = Object.keys(line).filter(
      (name) => !optional.some((one) => one === name),
    )
    t.deepEqual(required, [...shape.required])
    for (const [name, inner] of Object.entries(line)) {
      const { properties } = shape.properties[name] as { properties?: object }
      const rare = name === 'phasesMs' ? ['proxy'] : []
      if (properties !== undefined)
        t.deepEqual([...Object.keys(inner as object), ...rare], Object.keys(properties), name)
    }
  }
})

test('a verdict that differs from the last answer is valid, if the reason is that of the answer', (t) => {
  const last = { answer: 'down', consecutive: 1, needed: 3 } as const
  const line = JSON.parse(stateLine('https://a.example/', { ...down(0), verdict: 'up', last })) as object
  t.like(line, { verdict: 'up', answer: 'down', consecutive: 1, reason: 'timeout' })
  t.is(faultsOf(line), '')
  t.not(faultsOf({ ...line, reason: 'ok' }), '')
  t.not(faultsOf({ ...line, answer: undefined }), '')
})

test('what each zone says is valid', (t) => {
  const known = {
    zone: 'eu',
    verdict: 'down',
    reason: 'refused',
    status: 0,
    durationMs: 1.25,
    at: 1_000,
  } as const
  const seed = { zone: '', verdict: 'up', reason: null, status: 0, durationMs: 0, at: 0 } as const
  const line = JSON.parse(stateLine('https://a.example/', up(0), '', undefined, [seed, known])) as object
  t.is(faultsOf(line), '')
  t.like(line, {
    zones: [
      { zone: '', verdict: 'up', reason: null, status: null, durationMs: null, at: null },
      {
        zone: 'eu',
        verdict: 'down',
        reason: 'refused',
        status: null,
        durationMs: 1.3,
        at: '1970-01-01T00:00:01.000Z',
      },
    ],
  })
})

test('every reason is in the schema', (t) => {
  t.deepEqual(schema.$defs.state.properties['reason']?.enum, REASONS)
})

const refused = test.macro({
  exec(t, line: object) {
    t.not(faultsOf(line), '')
  },
  title: (name) => `the schema refuses ${name}`,
})

test('a line without a type', refused, { ...STATE, type: undefined })
test('a line of another type', refused, { ...STATE, type: 'event' })
test('a line without the verdict before', refused, { ...STATE, previousVerdict: undefined })
test('an event of another kind', refused, { ...REMOVED, event: 'added' })
test('a verdict that is lost to nothing', refused, { ...LOST, verdict: 'up' })
test('a reason that is not of its verdict', refused, { ...STATE, reason: 'timeout' })
test('a time that is no time', refused, { ...STATE, at: 'noon' })
test('a status of 0', refused, { ...STATE, status: 0 })
test('a summary without its owners', refused, { ...SUMMARY, owners: {} })

test('every line of a real run is valid', async (t) => {
  const program = new Program(t, ['--demo', '--format', 'json', '--pool-size', '1'])
  await program.until(({ json }) => new Set(json.map(({ reason }) => reason)).size > 3)
  await program.until(({ json }) => json.some(({ type }) => type === 'summary'))
  program.child.kill('SIGTERM')
  const { code, stdout } = await program.ended()
  t.is(code, 0)
  for (const line of parseLines(stdout)) t.is(faultsOf(line), '', JSON.stringify(line))
})
