import test from 'ava'
import { setImmediate } from 'node:timers/promises'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { ErrorLog, MAX_LINES_PER_WINDOW } from '../../src/print/text/error-log.ts'
import { StateMonitor } from '../../src/print/state-monitor.ts'
import { createPrinters } from '../../src/print/create-printers.ts'
import { beforeText, Turns } from '../../src/print/text/turns.ts'
import type { MonitorOptions } from '../../src/print/text/monitor-options.ts'
import { VERDICTS } from '../../src/resource/resource.ts'
import type { ResourceId, Verdict } from '../../src/resource/resource.ts'
import { Packer } from '../../src/resource/packer.ts'
import { StateBatch } from '../../src/state/state-batch.ts'
import type { State } from '../../src/state/state.ts'
import { ZoneBatch } from '../../src/state/zone-batch.ts'
import { down, unknown, up } from '../helpers/state.ts'

/** A monitor that knows `urls` URLs, what it has written, and its clock. */
function monitorOf(urls: number, options: Partial<MonitorOptions> = {}, known: Verdict = 'pending') {
  const sink = {
    writes: [] as string[],
    dropped: 0,
    write: (text: string) => void sink.writes.push(text),
    flush: () => Promise.resolve(),
  }
  const clock = { ms: 5_000 }
  const errors: string[] = []
  const all: MonitorOptions = {
    format: 'log',
    changes: false,
    once: false,
    verbose: false,
    oneOutput: false,
    brief: false,
    statusIntervalMs: 10_000,
    pollers: 2,
    outputs: [],
    inputs: [],
    metrics: false,
    history: false,
    alerts: false,
    screen: null,
    settings: [],
    resumeFrom: null,
    ...options,
  }
  const monitor = new StateMonitor(
    all,
    {
      sinks: [sink],
      printers: createPrinters(all, [{ format: all.format, sink }]),
      errorLog: new ErrorLog(
        { verbose: all.verbose, isTold: false },
        () => clock.ms,
        (lines) => errors.push(lines),
      ),
      outputUsage: () => ({ output: { used: 6, most: 60 }, file: { used: 0, most: 0 } }),
    },
    () => clock.ms,
  )
  const packer = new Packer()
  for (let id = 0; id < urls; id++) {
    packer.u32(id)
    packer.text(`https://a.example/${id}`)
    packer.u16(0)
    packer.u8(VERDICTS.indexOf(known))
    packer.u32(0)
    packer.text('')
  }
  monitor.addUrls(packer.take())
  const take = (...states: State[]) => {
    const batch = new StateBatch()
    for (const state of states) batch.add(state)
    monitor.receiveStates(batch.take())
  }
  /** The lines written since the last call. */
  const lines = () => sink.writes.splice(0).join('').split('\n').slice(0, -1)
  /** The lines for standard error since the last call. */
  const errorLines = () => errors.splice(0).join('').split('\n').slice(0, -1)
  return { monitor, sink, clock, take, lines, errorLines }
}

function ids(lines: string[]): string[] {
  return lines.flatMap((line) => /^\S+ (?:up|down|unknown|pending) \S+\/(\d+) /.exec(line)?.[1] ?? [])
}

function objects(lines: string[]): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('log: up to 50 URLs are all listed, worst first', async (t) => {
  const { monitor, take, lines } = monitorOf(50)
  take(...Array.from({ length: 49 }, (_, id) => (id === 7 ? down(id) : id === 3 ? unknown(id) : up(id))))
  t.deepEqual(ids(lines()), ['3', '7'])
  await monitor.print()
  const [head, ...list] = lines()
  t.regex(head ?? '', /^\S+ Current state: 50 URLs: 47 up, 1 down, 1 unknown, 1 pending$/)
  t.is(list.length, 50)
  t.deepEqual(ids(list).slice(0, 4), ['7', '3', '49', '0'])
  t.regex(list[0] ?? '', / down https:\/\/a\.example\/7 timeout: no answer in time \(wait\)$/)
  t.regex(list[3] ?? '', / up https:\/\/a\.example\/0 200 OK$/)
  t.is(new Set([head, ...list].map((line) => line?.split(' ')[0])).size, 1, 'every line begins with one time')
})

test('log: of more than 50, those that are not up', async (t) => {
  const { monitor, take, lines } = monitorOf(51)
  take(...Array.from({ length: 51 }, (_, id) => (id % 25 === 10 ? down(id) : up(id))))
  lines()
  await monitor.print()
  const [head, ...list] = lines()
  t.regex(head ?? '', /49 up, 2 down$/)
  t.deepEqual(ids(list), ['10', '35'])
})

test('log --changes: those that have changed since the last time, and all of them at the end', async (t) => {
  const { monitor, take, lines } = monitorOf(3, { changes: true })
  take(up(0), down(1), up(2))
  lines()
  await monitor.print()
  t.deepEqual(ids(lines()), ['1', '0', '2'])
  take(up(0), down(1, { errCount: 2, detail: 'other' }), up(2))
  await monitor.print()
  t.deepEqual(ids(lines()), [])
  take(up(0), up(1), up(2))
  lines()
  await monitor.print()
  t.deepEqual(ids(lines()), ['1'])
  await monitor.finish()
  const last = lines()
  t.deepEqual(ids(last), ['0', '1', '2'])
  t.regex(last.at(-1) ?? '', /^\S+ Summary: 9 polls, /)
})

test('log: a line for each change says what was before, and for how long', (t) => {
  const { take, lines } = monitorOf(2)
  const at = Date.UTC(2026, 10, 25, 10)
  const m = 60_000
  take(up(0, { at }), up(0, { at: at + m }))
  t.deepEqual(lines(), [], 'a first poll that finds it up is no change')
  const failed = { reason: 'status', status: 503, statusText: 'Service Unavailable', detail: '503' } as const
  take(down(0, { ...failed, at: at + 192 * m }), down(0, { ...failed, at: at + 193 * m }))
  take(down(0, { at: at + 197 * m }), up(0, { at: at + 197 * m + 7_000 }))
  take(down(1, { at }))
  t.deepEqual(lines(), [
    '2026-11-25T13:12:00.000Z down https://a.example/0 status: 503 Service Unavailable (was up for 3h12m)',
    '2026-11-25T13:17:00.000Z down https://a.example/0 timeout: no answer in time (wait) (down for 5m)',
    '2026-11-25T13:17:07.000Z up https://a.example/0 200 OK (was down for 5m7s)',
    '2026-11-25T10:00:00.000Z down https://a.example/1 timeout: no answer in time (wait)',
  ])
})

test('log --once: changes are not printed as they come', async (t) => {
  const { monitor, take, lines } = monitorOf(1, { once: true })
  take(down(0))
  t.deepEqual(lines(), [])
  await monitor.finish()
  t.deepEqual(ids(lines()), ['0'])
})

test('log: after a monitor that has replaced another, since when is not known', (t) => {
  const turns = new Turns()
  const id = 0 as ResourceId
  t.is(turns.show(id, 'up', 0).verdict, 'pending')
  t.is(beforeText(turns.show(id, 'down', 9_000), 'down', 9_000), 'was up')
  t.is(beforeText(turns.show(id, 'unknown', 10_000), 'unknown', 10_000), 'was down for 1s')
  turns.forget(id)
  t.is(beforeText(turns.show(id, 'down', 11_000), 'down', 11_000), '')
})

test('log: a State that confirms what the monitor knew of a verdict tells nothing of since when', (t) => {
  const { take, lines } = monitorOf(1, {}, 'up')
  take(up(0, { at: 5_000 }))
  t.deepEqual(lines(), [])
  take(down(0, { at: 9_000 }), unknown(0, { at: 10_000 }))
  const [first = '', second = ''] = lines()
  t.regex(first, / down .* \(was up\)$/)
  t.regex(second, / unknown .* \(was down for 1s\)$/)
})

test('json: each State as it comes, with its URL', async (t) => {
  const { monitor, take, lines } = monitorOf(2, { format: 'json' })
  take(up(0), down(1), up(0))
  t.deepEqual(
    objects(lines()).map(({ type, url, verdict }) => [type, url, verdict]),
    [
      ['state', 'https://a.example/0', 'up'],
      ['state', 'https://a.example/1', 'down'],
      ['state', 'https://a.example/0', 'up'],
    ],
  )
  await monitor.print()
  t.like(objects(lines()), { length: 1, 0: { type: 'summary', urls: 2, up: 1, down: 1, polls: 3 } })
})

test('json --changes: a State only when verdict, reason or status differs', (t) => {
  const { take, lines } = monitorOf(1, { format: 'json', changes: true })
  take(
    up(0),
    up(0, { durationMs: 1 }),
    up(0, { status: 204 }),
    down(0),
    down(0, { errCount: 2 }),
    down(0, { reason: 'reset' }),
  )
  t.deepEqual(
    objects(lines()).map(({ reason, status }) => [reason, status]),
    [
      ['ok', 200],
      ['ok', 204],
      ['timeout', null],
      ['reset', null],
    ],
  )
})

test('quiet: nothing at all, and still counts', async (t) => {
  const { monitor, take, lines } = monitorOf(2, { format: 'quiet' })
  take(up(0), down(1))
  await monitor.print()
  await monitor.finish()
  t.deepEqual(lines(), [])
  t.deepEqual(monitor.counts, { up: 1, down: 1, unknown: 0, pending: 0 })
})

test('a summary is of the time since the last, the final one of the whole run', async (t) => {
  const { monitor, take, lines, clock } = monitorOf(1, { format: 'json', changes: true })
  const last = async () => {
    await monitor.print()
    return objects(lines()).at(-1)
  }
  take(up(0, { lateMs: 5, durationMs: 100 }), up(0, { lateMs: 5, durationMs: 100 }))
  clock.ms += 2_000
  const first = await last()
  t.like(first, { polls: 2, pollsPerSecond: 1 })
  t.like(first?.['latenessMs'], { max: 5 })
  t.like(first?.['durationMs'], { p50: 100, max: 100 })
  take(up(0, { lateMs: 1, durationMs: 10 }))
  clock.ms += 2_000
  const second = await last()
  t.like(second, { polls: 3, pollsPerSecond: 0.5 })
  t.like(second?.['latenessMs'], { max: 1 })
  t.like(second?.['durationMs'], { p50: 10, max: 10 })
  clock.ms += 1_000
  t.like(await last(), { polls: 3, pollsPerSecond: 0, latenessMs: { p50: 0, p99: 0, p999: 0, max: 0 } })
  clock.ms += 1_000
  await monitor.finish()
  const whole = objects(lines()).at(-1)
  t.like(whole, { polls: 3, pollsPerSecond: 0.5 })
  t.like(whole?.['latenessMs'], { max: 5 })
  t.like(whole?.['durationMs'], { p50: 100, max: 100 })
})

test('a summary has main’s ledger, the pollers’ CPU time, what was dropped and how full all is', async (t) => {
  const { monitor, lines, sink } = monitorOf(3, { format: 'json' })
  const owners = { asleep: 1, due: 0, pollers: [2, 0], leaving: 0 }
  monitor.updateMainStats({
    owners,
    maxLent: 64,
    skipped: 4,
    pollerRestarts: 0,
    invalidLines: 0,
    refusedLists: 0,
    address: null,
    cpuMs: 7.5,
  })
  const fill = (used: number) => ({ used, most: 10 * used })
  monitor.updatePollerStats(pollerNumber(0), 0, {
    polls: fill(1),
    names: fill(2),
    sessions: fill(3),
    connections: fill(4),
  })
  monitor.updatePollerStats(pollerNumber(1), 30, {
    polls: fill(9),
    names: fill(9),
    sessions: fill(9),
    connections: fill(9),
  })
  monitor.updatePollerStats(pollerNumber(1), 33.3, {
    polls: fill(4),
    names: fill(3),
    sessions: fill(2),
    connections: fill(1),
  })
  sink.dropped = 6
  await monitor.print()
  const [summary] = objects(lines())
  t.like(summary, { owners, skipped: 4, dropped: 6, pending: 3 })
  t.like(summary?.['cpuMs'], { main: 7.5, pollers: [0, 33.3] })
  t.deepEqual(summary?.['bounds'], {
    polls: fill(5),
    lent: { used: 2, most: 64 },
    names: fill(5),
    sessions: fill(5),
    connections: fill(5),
    output: { used: 6, most: 60 },
    file: { used: 0, most: 0 },
  })
})

test('a long list leaves room for States between its slices', async (t) => {
  const { monitor, sink, take, lines } = monitorOf(2_500)
  const printed = monitor.print()
  // As States arrive: in a turn of the event loop of their own.
  await setImmediate()
  t.true(sink.writes.length < 4, `${sink.writes.length} writes`)
  take(up(0))
  t.is(monitor.counts.up, 1)
  await printed
  t.is(sink.writes.length, 4)
  t.is(lines().length, 2_501)
})

test('a state that is asked for while one is being printed is that one', async (t) => {
  const { monitor, lines } = monitorOf(2_500)
  const heads = () => lines().filter((line) => line.includes('Z Current state:')).length
  await Promise.all([monitor.print(), monitor.print(), monitor.print()])
  t.is(heads(), 1)
  await monitor.print()
  t.is(heads(), 1)
})

test('the end waits for what is being printed, and is whole', async (t) => {
  const { monitor, lines } = monitorOf(2_500)
  const printed = monitor.print()
  await monitor.finish()
  await printed
  const written = lines()
  t.is(written.length, 2 * 2_501 + 1)
  t.true(written[0]?.includes('Z Current state:'))
  t.true(written[2_501]?.includes('Z Current state:'))
  t.true(written.at(-1)?.includes('Z Summary: 0 polls'))
})

test('a monitor that takes over goes on counting, from the start of the run', async (t) => {
  const { monitor, take, lines } = monitorOf(1, {
    format: 'json',
    resumeFrom: { startedAt: 1_000, polls: 99 },
  })
  take(up(0))
  lines()
  await monitor.finish()
  t.like(objects(lines()).at(-1), { polls: 100, pollsPerSecond: 25 })
})

test('errors: a line when a URL turns down and when the reason changes, and a count', async (t) => {
  const { monitor, take, lines, errorLines } = monitorOf(3, { format: 'json' })
  take(down(0), up(1), down(2))
  t.deepEqual(errorLines(), [
    'https://a.example/0: timeout: no answer in time (wait)',
    'https://a.example/2: timeout: no answer in time (wait)',
  ])
  for (let more = 0; more < 5; more++) take(down(0), up(1), down(2))
  t.deepEqual(errorLines(), [])
  take(down(0, { reason: 'dns', detail: 'no such\nname' }), up(2))
  t.deepEqual(errorLines(), ['https://a.example/0: dns: no such\\u{a}name'])
  take(down(2))
  t.is(errorLines().length, 1)
  lines()
  await monitor.print()
  t.like(objects(lines())[0], { failures: { polls: 14, printed: 4 } })
})

test('errors: --verbose keeps each', (t) => {
  const { take, errorLines } = monitorOf(1, { verbose: true })
  for (let more = 0; more < 3; more++) take(down(0), up(0))
  take(down(0), down(0))
  t.is(errorLines().length, 5)
})

test('errors: more than are printed at a time are one line, with how many of each reason', async (t) => {
  const { monitor, clock, take, errorLines } = monitorOf(MAX_LINES_PER_WINDOW + 7)
  take(...Array.from({ length: MAX_LINES_PER_WINDOW + 4 }, (_, id) => down(id)))
  t.is(errorLines().length, MAX_LINES_PER_WINDOW)
  take(down(MAX_LINES_PER_WINDOW + 4, { reason: 'dns' }))
  monitor.updateMainStats({
    owners: { asleep: 0, due: 0, pollers: [], leaving: 0 },
    maxLent: 0,
    skipped: 0,
    pollerRestarts: 0,
    invalidLines: 0,
    refusedLists: 0,
    address: null,
    cpuMs: 0,
  })
  t.deepEqual(errorLines(), [])
  clock.ms += 10_000
  monitor.updateMainStats({
    owners: { asleep: 0, due: 0, pollers: [], leaving: 0 },
    maxLent: 0,
    skipped: 0,
    pollerRestarts: 0,
    invalidLines: 0,
    refusedLists: 0,
    address: null,
    cpuMs: 0,
  })
  t.deepEqual(errorLines(), ['and 5 more URLs: 4 timeout, 1 dns (--verbose prints each)'])
  take(down(MAX_LINES_PER_WINDOW + 5))
  t.deepEqual(errorLines(), [
    `https://a.example/${MAX_LINES_PER_WINDOW + 5}: timeout: no answer in time (wait)`,
  ])
  take(...Array.from({ length: MAX_LINES_PER_WINDOW }, (_, id) => down(id, { reason: 'refused' })))
  errorLines()
  await monitor.finish()
  t.deepEqual(errorLines(), ['and 1 more URL: 1 refused (--verbose prints each)'])
})

const ZONES = ['ap', 'eu', 'us']

/** What zones say of URLs, each as id, zone and verdict. */
function zonesOf(...all: (readonly [id: number, zone: string, verdict: Verdict])[]): ArrayBuffer {
  const batch = new ZoneBatch()
  const rest = { reason: null, status: 0, durationMs: 0, at: 0 }
  for (const [id, zone, verdict] of all) batch.add(id as ResourceId, 0, ZONES, { zone, verdict, ...rest })
  return batch.take()
}

test('json: a State says what each zone says', (t) => {
  const { monitor, take, lines } = monitorOf(2, { format: 'json' })
  monitor.receiveZones(ZONES, zonesOf([0, 'eu', 'down'], [0, 'us', 'up'], [9, 'us', 'up']))
  take(up(0), up(1))
  const [first, second] = objects(lines())
  const said = { reason: null, status: null, durationMs: null, at: null }
  t.deepEqual(first?.['zones'], [
    { zone: 'eu', verdict: 'down', ...said },
    { zone: 'us', verdict: 'up', ...said },
  ])
  t.false('zones' in (second ?? {}))
  monitor.receiveZones(['us'], zonesOf())
  take(up(0))
  t.deepEqual(objects(lines())[0]?.['zones'], [{ zone: 'us', verdict: 'up', ...said }])
})

test('a monitor that replaces another has the verdict of most zones in place of that of its own', (t) => {
  const { monitor, take, lines } = monitorOf(3, { format: 'json', changes: true }, 'down')
  take(down(2))
  lines()
  monitor.receiveZones(
    ZONES,
    zonesOf(
      ...[0, 2].flatMap((id) => [
        [id, 'eu', 'down'] as const,
        [id, 'us', 'up'] as const,
        [id, 'ap', 'up'] as const,
      ]),
      [1, 'us', 'up'],
    ),
  )
  t.like(monitor.counts, { up: 1, down: 2 })
  // Nothing has turned.
  take(up(0), down(1))
  t.deepEqual(lines(), [])
  take(down(0))
  t.like(objects(lines())[0], { verdict: 'down', previousVerdict: 'up' })
})
