import test from 'ava'
import { packIds, packUrls } from '../../src/threads/pack-urls.ts'
import { createPrinters } from '../../src/print/create-printers.ts'
import { StateMonitor } from '../../src/print/state-monitor.ts'
import { ErrorLog } from '../../src/print/text/error-log.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { NOT_POLLED } from '../../src/resource/resource.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { packEarlier } from '../../src/state/earlier-state.ts'
import { KnownSettling } from '../../src/state/known-settling.ts'
import { StateBatch } from '../../src/state/state-batch.ts'
import type { State } from '../../src/state/state.ts'
import { EarlierStates } from '../../src/supervisors/recorder/earlier-states.ts'
import { monitorOptions } from '../helpers/monitor-options.ts'
import { faultsOf } from '../helpers/output-schema.ts'
import { down, unknown, up } from '../helpers/state.ts'
import { pollOptions } from '../helpers/test-poller.ts'

/** Main's table and what it knows, with a URL for each of `overrides`; and monitors that it starts. */
function start(overrides: readonly (Overrides | null)[], { verbose = false } = {}) {
  const table = new ResourceTable()
  const profiles = new Profiles(pollOptions())
  for (const [n, own] of overrides.entries()) {
    const id = table.add(`https://a.example/${n}` as Url) as ResourceId
    table.setProfile(id, profiles.acquire(own))
  }
  const known = new KnownSettling(table, profiles, false)
  const launch = (format: 'json' | 'log' = 'json') => {
    let written = ''
    let errors = ''
    const options = { ...monitorOptions, format, verbose }
    const write = (text: string) => void (written += text)
    const sink = { dropped: 0, write, flush: () => Promise.resolve() }
    const monitor = new StateMonitor(
      options,
      {
        sinks: [sink],
        printers: createPrinters(options, [{ format, sink }]),
        errorLog: new ErrorLog(
          { verbose, isTold: false },
          () => 0,
          (lines) => (errors += lines),
        ),
        outputUsage: () => ({ output: { used: 0, most: 0 }, file: { used: 0, most: 0 } }),
      },
      () => 0,
    )
    const register = (ids: Iterable<ResourceId> = table.listed()) => {
      for (const part of packUrls(table, ids, {
        settling: known,
        settings: null,
        earlier: null,
        places: null,
      }))
        monitor.addUrls(part)
    }
    register()
    const take = (...states: State[]) => {
      const batch = new StateBatch()
      for (const state of states) {
        batch.add(state)
        const { id, verdict } = state
        const polled = { ...table.read(id), verdict }
        known.returned([polled])
        table.write(polled)
      }
      monitor.receiveStates(batch.take())
    }
    /** What was written since the last call. */
    const takeWritten = () => {
      const text = written
      written = ''
      return text
    }
    return {
      monitor,
      register,
      take,
      written: takeWritten,
      errors() {
        const text = errors
        errors = ''
        return text
      },
      /** Verdict, answer and consecutive of each line since the last call. */
      verdicts() {
        return takeWritten()
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .map(({ verdict, answer, consecutive }) => [verdict, answer, consecutive])
      },
    }
  }
  return { table, profiles, known, launch }
}

type Register = (ids: readonly ResourceId[]) => void

const RULES = { downAfter: 3, upAfter: 2 }
const GATEWAY = 'https://a.example/0' as Url
const PARENT = { parent: GATEWAY }

test('a URL with thresholds is counted by its settled verdict, and another one as before', (t) => {
  const { launch } = start([RULES, null])
  const { take, verdicts, monitor } = launch()
  take(up(0), up(1), down(0), down(1))
  t.deepEqual(verdicts(), [
    ['up', 'up', 1],
    ['up', undefined, 1],
    ['up', 'down', 1],
    ['down', undefined, 1],
  ])
  t.like(monitor.counts, { up: 1, down: 1 })
  take(unknown(0))
  t.like(monitor.counts, { unknown: 1, down: 1 })
  take(down(0))
  t.like(monitor.counts, { up: 1, down: 1 })
  take(down(0))
  t.like(monitor.counts, { up: 0, down: 2 })
  t.deepEqual(verdicts(), [
    ['unknown', 'unknown', 0],
    ['up', 'down', 2],
    ['down', 'down', 3],
  ])
})

test('a monitor that replaces another does not count what was found while the parent was down', (t) => {
  const { launch } = start([null, { ...PARENT, downAfter: 3, upAfter: 3 }])
  const before = launch()
  before.take(up(0), up(1), down(0))
  before.take(down(1), down(1), down(1), down(1))
  const { take, verdicts } = launch()
  take(up(0), up(1), down(0), down(1), up(0), down(1))
  t.deepEqual(
    verdicts().filter(([, answer]) => answer !== undefined),
    [
      ['up', 'up', 2],
      ['unknown', 'down', 0],
      ['up', 'down', 1],
    ],
  )
})

test('a line on standard error when the verdict turns; with verbose, for each poll', (t) => {
  for (const verbose of [false, true]) {
    const { take, errors } = start([RULES], { verbose }).launch()
    take(up(0), down(0), down(0))
    t.is(errors().split('\n').length - 1, verbose ? 2 : 0)
    take(down(0))
    t.is(errors(), 'https://a.example/0: timeout: no answer in time (wait)\n')
    take(up(0), unknown(0))
    t.is(errors(), '')
  }
})

test('the log says that the last poll found something else', async (t) => {
  const { take, monitor, written } = start([RULES]).launch('log')
  take(up(0), down(0))
  await monitor.print()
  t.true(written().includes(' https://a.example/0 still up: timeout: no answer in time (wait)\n'))
  take(down(0), down(0), up(0))
  await monitor.print()
  t.true(written().includes(' https://a.example/0 still down: 200 OK\n'))
})

test('a monitor that replaces another goes on with the settled verdict and the count', (t) => {
  const { launch } = start([RULES, RULES, RULES])
  const first = launch()
  first.take(up(0), down(0), down(0), down(1), up(1), up(2), unknown(2))
  const second = launch()
  t.like(second.monitor.counts, { up: 1, down: 1, unknown: 1 })
  second.take(down(0), up(1), down(2))
  t.deepEqual(second.verdicts(), [
    ['down', 'down', 3],
    ['up', 'up', 2],
    ['up', 'down', 1],
  ])
})

/** Gives the first URL of the list other settings, as a reload does. */
function change(own: Overrides | null, { table, profiles }: ReturnType<typeof start>, register: Register) {
  const id = 0 as ResourceId
  const before = table.profile(id)
  table.setProfile(id, profiles.acquire(own))
  profiles.release(before)
  register([id])
}

test('other thresholds after a reload keep the count, and none end it', (t) => {
  const main = start([RULES])
  const { take, verdicts, register } = main.launch()
  take(up(0), down(0))
  change({ downAfter: 2 }, main, register)
  take(down(0))
  change(null, main, register)
  take(up(0))
  t.deepEqual(verdicts().slice(2), [
    ['down', 'down', 2],
    ['up', undefined, 1],
  ])
})

test('what was found before thresholds were taken off counts no more when they are back', (t) => {
  for (const others of [[], [RULES]]) {
    const main = start([RULES, ...others])
    const { take, verdicts, register } = main.launch()
    take(up(0), up(0))
    change(null, main, register)
    take(down(0))
    change(RULES, main, register)
    take(down(0), up(0))
    t.deepEqual(verdicts().slice(2), [
      ['down', undefined, 1],
      ['down', 'down', 2],
      ['down', 'up', 1],
    ])
    const next = main.launch()
    next.take(up(0))
    t.deepEqual(next.verdicts(), [['up', 'up', 2]], 'main knows the same')
  }
})

test('thresholds that a URL gets begin with what is shown of it', (t) => {
  const main = start([null])
  const { take, verdicts, register } = main.launch()
  take(up(0))
  change(RULES, main, register)
  take(down(0), down(0))
  const next = main.launch()
  next.take(down(0))
  t.deepEqual(
    [...verdicts().slice(1), ...next.verdicts()],
    [
      ['up', 'down', 1],
      ['up', 'down', 2],
      ['down', 'down', 3],
    ],
  )
})

test('a URL of which an earlier run knew nothing at its end is up after one poll, as a new one', (t) => {
  const { launch, table, known: settling } = start([RULES])
  const earlier = new EarlierStates(table, (...settled) => settling.settledBefore(...settled))
  const { since, at } = { since: 1, at: 2 }
  const known = {
    id: 0 as ResourceId,
    since,
    at,
    reason: 'local',
    status: 0,
    errCount: 0,
    method: 'HEAD',
  } as const
  earlier.restore(packEarlier([{ ...known, verdict: 'unknown', settled: null }]), 3, 3)
  const { take, monitor, verdicts } = launch()
  t.like(monitor.counts, { unknown: 1 })
  take(up(0), down(0))
  t.deepEqual(verdicts(), [
    ['up', 'up', 1],
    ['up', 'down', 1],
  ])
})

for (const settled of ['up', 'down'] as const)
  test(`a URL that was unknown when an earlier run ended goes on with the verdict before that: ${settled}`, (t) => {
    const { launch, table, known } = start([{ downAfter: 3, upAfter: 3 }, null])
    const earlier = new EarlierStates(table, (...each) => known.settledBefore(...each))
    const state = { since: 1, at: 2, reason: 'parent', status: 0, errCount: 0, method: 'HEAD' } as const
    const ids = [0, 1] as ResourceId[]
    const states = ids.map((id) => ({ ...state, id, verdict: 'unknown' as const, settled }))
    earlier.restore(packEarlier(states), 3, 3)
    const { take, monitor, verdicts } = launch()
    t.like(monitor.counts, { unknown: 2 })
    const other = settled === 'up' ? down : up
    take(other(0), other(0), other(1), other(0))
    t.deepEqual(
      verdicts().map(([verdict]) => verdict),
      [settled, settled, other(0).verdict, other(0).verdict],
    )
  })

test('a parent that is down stays so when it gets thresholds', (t) => {
  const main = start([null, PARENT])
  const { take, monitor, register } = main.launch()
  take(down(0))
  change(RULES, main, register)
  take(down(1))
  t.like(monitor.counts, { down: 1, unknown: 1 })
})

test('a Resource that comes back without a poll counts for nothing', (t) => {
  const { launch, table, known } = start([RULES])
  launch().take(up(0), down(0))
  for (let n = 0; n < 3; n++) known.returned([{ ...table.read(0 as ResourceId), dueAt: NOT_POLLED }])
  const { take, verdicts } = launch()
  take(down(0))
  t.deepEqual(verdicts(), [['up', 'down', 2]])
})

test('while its parent is down, a URL is unknown, whatever its polls find, and they do not count', (t) => {
  const { launch } = start([null, PARENT, { ...PARENT, downAfter: 2 }])
  const { take, monitor, verdicts, errors, written } = launch()
  take(up(0), up(1), up(2))
  t.like(monitor.counts, { up: 3 })
  take(down(0))
  t.like(monitor.counts, { down: 1, unknown: 2 }, 'at once')
  errors()
  written()
  take(down(1), down(2), down(2), up(1))
  t.deepEqual(verdicts(), [
    ['unknown', 'down', 0],
    ['unknown', 'down', 0],
    ['unknown', 'down', 0],
    ['unknown', 'up', 0],
  ])
  t.is(errors(), '')
  take(up(0))
  t.like(monitor.counts, { up: 1, unknown: 2 }, 'until their next polls')
  take(up(1), down(2))
  t.deepEqual(verdicts().slice(1), [
    ['up', 'up', 2],
    ['up', 'down', 1],
  ])
})

test('the reason names the parent, and what the poll itself found', (t) => {
  const { take, written } = start([null, PARENT]).launch()
  take(down(0), down(1, { detail: 'no answer in time (dns)' }))
  const line = JSON.parse(written().split('\n')[1] as string) as object
  t.like(line, {
    verdict: 'unknown',
    reason: 'parent',
    detail: `the parent is down: ${GATEWAY} (this poll: timeout: no answer in time (dns))`,
  })
  t.is(faultsOf(line), '')
})

test('a parent may have one: the one at the top that is down is named', async (t) => {
  const { take, monitor, written } = start([
    null,
    PARENT,
    { parent: 'https://a.example/1' as Url },
    { parent: 'https://a.example/2' as Url },
  ]).launch('log')
  take(up(0), down(1), up(2), up(3))
  await monitor.print()
  t.regex(
    written(),
    / https:\/\/a\.example\/3 parent: the parent is down: https:\/\/a\.example\/1 \(this poll: ok\)\n/,
  )
  take(down(0), up(3))
  t.like(monitor.counts, { down: 1, unknown: 3 })
  await monitor.print()
  const log = written()
  t.regex(log, / https:\/\/a\.example\/1 parent: the parent is down: https:\/\/a\.example\/0\n/)
  t.regex(
    log,
    / https:\/\/a\.example\/3 parent: the parent is down: https:\/\/a\.example\/0 \(this poll: ok\)\n/,
  )
})

test('a parent counts as down when it is so after its own thresholds, and unknown is not down', (t) => {
  const { take, monitor } = start([{ downAfter: 2 }, PARENT]).launch()
  take(up(0), up(1), down(0), up(1))
  t.like(monitor.counts, { up: 2 })
  take(down(0))
  t.like(monitor.counts, { down: 1, unknown: 1 })
  take(unknown(0), up(1))
  t.like(monitor.counts, { unknown: 1, up: 1 })
})

test('a parent that is on no list has no effect, until it is, and after it has left', (t) => {
  const { launch, table, profiles } = start([PARENT])
  const { take, monitor, register } = launch()
  const child = 0 as ResourceId
  const parentUrl = 'https://a.example/later' as Url
  const own = profiles.acquire({ parent: parentUrl })
  table.setProfile(child, own)
  register([child])
  // It names itself, as a URL of a group may.
  take(down(0))
  t.like(monitor.counts, { down: 1 })
  const parent = table.add(parentUrl) as ResourceId
  register([parent])
  take(down(parent))
  t.like(monitor.counts, { down: 1, unknown: 1 })
  monitor.removeUrls(packIds(table, [parent]))
  table.remove(parent)
  take(down(0))
  t.like(monitor.counts, { down: 1, unknown: 0 })
  const again = table.add(parentUrl) as ResourceId
  register([again])
  take(down(again, { generation: table.generation(again) }), down(0))
  t.like(monitor.counts, { down: 1, unknown: 1 })
})

test('a monitor that replaces another knows which parents are down', (t) => {
  const { launch } = start([null, PARENT])
  launch().take(up(1), down(0))
  const { take, monitor } = launch()
  t.like(monitor.counts, { up: 1, down: 1 })
  take(down(0))
  t.like(monitor.counts, { unknown: 1, down: 1 })
})

test('a late State of a URL that has left does not count for the one that has its id now', (t) => {
  const { launch, table } = start([RULES])
  const { take, monitor, register } = launch()
  take(up(0))
  const id = 0 as ResourceId
  const profile = table.profile(id)
  monitor.removeUrls(packIds(table, [id]))
  table.remove(id)
  table.add('https://b.example/' as Url)
  table.setProfile(id, profile)
  register([id])
  take(up(0, { generation: 1 }))
  const late = new StateBatch()
  late.add(down(0))
  monitor.receiveStates(late.take())
  take(down(0, { generation: 1 }))
  t.like(monitor.counts, { up: 1 }, 'one of three')
})
