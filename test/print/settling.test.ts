import test from 'ava'
import { packUrls } from '../../src/monitor/pack-urls.ts'
import { createPrinters } from '../../src/print/create-printers.ts'
import { StateMonitor } from '../../src/print/state-monitor.ts'
import { ErrorLog } from '../../src/print/text/error-log.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { KnownSettling } from '../../src/state/known-settling.ts'
import { StateBatch } from '../../src/state/state-batch.ts'
import type { State } from '../../src/state/state.ts'
import { monitorOptions } from '../helpers/monitor-options.ts'
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
  const known = new KnownSettling(table, profiles)
  const launch = (format: 'json' | 'log' = 'json') => {
    let written = ''
    let errors = ''
    const options = { ...monitorOptions, format, verbose }
    const sink = { dropped: 0, write: (text: string) => void (written += text) }
    const monitor = new StateMonitor(
      options,
      {
        sinks: [sink],
        printers: createPrinters(options, sink, null),
        errorLog: new ErrorLog(
          verbose,
          () => 0,
          (lines) => (errors += lines),
        ),
        outputUsage: () => ({ output: { used: 0, most: 0 }, file: { used: 0, most: 0 } }),
      },
      () => 0,
    )
    const register = (ids: Iterable<ResourceId> = table.listed()) => {
      for (const part of packUrls(table, ids, known)) monitor.addUrls(part)
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
  return { table, profiles, launch }
}

const RULES = { downAfter: 3, upAfter: 2 }

test('a URL with thresholds is counted by its settled verdict, and another one as before', (t) => {
  const { launch } = start([RULES, null])
  const { take, verdicts, monitor } = launch()
  take(up(0), up(1), down(0), down(1))
  t.deepEqual(verdicts(), [
    ['up', 'up', 1],
    ['up', undefined, undefined],
    ['up', 'down', 1],
    ['down', undefined, undefined],
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

test('other thresholds after a reload keep the count, and none end it', (t) => {
  const { launch, table, profiles } = start([RULES])
  const { take, verdicts, register } = launch()
  take(up(0), down(0))
  const change = (own: Overrides | null) => {
    const id = 0 as ResourceId
    const before = table.profile(id)
    table.setProfile(id, profiles.acquire(own))
    profiles.release(before)
    register([id])
  }
  change({ downAfter: 2 })
  take(down(0))
  change(null)
  take(up(0))
  t.deepEqual(verdicts().slice(2), [
    ['down', 'down', 2],
    ['up', undefined, undefined],
  ])
})
