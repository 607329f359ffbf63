import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { MaintenanceWindow } from '../../../src/alerts/alert-rule.ts'
import { maintenanceCalendar } from '../../../src/alerts/run/maintenance-calendar.ts'
import { MaintenanceTracker } from '../../../src/history/record/maintenance-tracker.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { smallDisk } from '../../helpers/small-disk.ts'
import { down, up } from '../../helpers/state.ts'
import { BEGIN, TestRecorder } from '../../helpers/test-recorder.ts'

const [A, B] = ['https://a.example/', 'https://b.example/']
const MINUTE = 60_000

/** A window for URLs with `team: web`, between two minutes after BEGIN. */
function between(from: number, to: number, team: string | null = 'web'): MaintenanceWindow {
  const matcher = { label: 'team', isPositive: true, values: [team ?? ''], pattern: null }
  return {
    name: 'w',
    match: team === null ? [] : [matcher],
    when: { from: BEGIN + from * MINUTE, to: BEGIN + to * MINUTE },
  }
}

/** A recorder of two URLs, of which the first has `team: web`. */
function begun(file?: string, begin = BEGIN): TestRecorder {
  const recorder = new TestRecorder(file, begin)
  recorder.register({ url: A, labels: '{"team":"web"}' }, { url: B })
  return recorder
}

/** Minutes of a URL that was up, down, in maintenance and not watched, in the first hour. */
function minutes({ history }: TestRecorder, url: string): number[] {
  const uptime = history.uptime(history.find(url) ?? 0, BEGIN, BEGIN + 60 * MINUTE)
  const { upSeconds, downSeconds, maintenanceSeconds, notWatchedSeconds } = uptime
  return [upSeconds, downSeconds, maintenanceSeconds, notWatchedSeconds].map((seconds) => seconds / 60)
}

test('the time of a URL in a window is maintenance, whatever polls find, to the second', (t) => {
  const recorder = begun()
  recorder.recorder.maintenance.setWindows(maintenanceCalendar([between(10, 30)]))
  recorder.record(up(0, { at: BEGIN }), up(1, { at: BEGIN }))
  recorder.run(20 * MINUTE)
  recorder.record(down(0, { at: BEGIN + 20 * MINUTE }), down(1, { at: BEGIN + 20 * MINUTE }))
  t.true(recorder.history.maintenance.has(1))
  t.false(recorder.history.maintenance.has(2))
  recorder.run(60 * MINUTE)
  t.deepEqual(minutes(recorder, A), [10, 30, 20, 0])
  t.deepEqual(minutes(recorder, B), [20, 40, 0, 0])
  t.true(recorder.history.maintenance.isEmpty)
  const { incidents } = recorder.history.incidents({ from: 0, to: recorder.now, limit: 9 })
  t.deepEqual(
    incidents.map(({ url, maintenance }) => [url, maintenance]),
    [
      [2, false],
      [1, true],
    ],
  )
  recorder.history.close()
})

test('what was maintenance stays, when the windows or the labels change', (t) => {
  const recorder = begun()
  const { maintenance } = recorder.recorder
  maintenance.setWindows(maintenanceCalendar([between(0, 60)]))
  recorder.record(up(0, { at: BEGIN }), up(1, { at: BEGIN }))
  recorder.run(10 * MINUTE)
  maintenance.setWindows(maintenanceCalendar([between(0, 60, null)]))
  recorder.run(20 * MINUTE)
  maintenance.setWindows(null)
  recorder.run(30 * MINUTE)
  maintenance.setWindows(maintenanceCalendar([between(0, 60)]))
  recorder.run(40 * MINUTE)
  recorder.register({ url: A, labels: '{"team":"db"}' }, { url: B, labels: '{"team":"web"}' })
  recorder.run(60 * MINUTE)
  t.deepEqual(minutes(recorder, A), [30, 0, 30, 0])
  t.deepEqual(minutes(recorder, B), [30, 0, 30, 0])
  recorder.history.close()
})

test('after a restart a window goes on, or has ended, as the configuration says', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const first = begun(file)
  first.recorder.maintenance.setWindows(maintenanceCalendar([between(0, 60)]))
  first.record(up(0, { at: BEGIN }), up(1, { at: BEGIN }))
  first.run(10 * MINUTE)
  first.history.close()

  const second = begun(file, BEGIN + 20 * MINUTE)
  second.recorder.maintenance.setWindows(maintenanceCalendar([between(0, 60)]))
  second.run(10 * MINUTE)
  second.history.close()

  const third = begun(file, BEGIN + 40 * MINUTE)
  third.run(20 * MINUTE)
  t.deepEqual(minutes(third, A), [20, 0, 20, 20])
  t.deepEqual(minutes(third, B), [40, 0, 0, 20])
  third.history.close()
})

test('a window goes on over several restarts after the clock was set back', (t) => {
  const file = join(directoryOf(t), 'h.db')
  for (const minute of [30, 10, 15, 20, 50]) {
    const recorder = begun(file, BEGIN + minute * MINUTE)
    recorder.recorder.maintenance.setWindows(maintenanceCalendar([between(0, 60)]))
    recorder.record(up(0, { at: recorder.now }))
    recorder.history.flush()
    recorder.history.close()
  }
  const last = begun(file, BEGIN + 55 * MINUTE)
  last.run(10 * MINUTE)
  const begins = last.history.maintained(1, BEGIN, last.now).map(({ begin }) => (begin - BEGIN) / MINUTE)
  // At its start a tracker looks back one minute.
  t.deepEqual(begins, [29, 49])
  last.history.close()
})

test('a window that opened while the machine was suspended has begun when that is over', (t) => {
  const recorder = begun()
  recorder.recorder.maintenance.setWindows(maintenanceCalendar([between(10, 20), between(35, 45)]))
  recorder.record(up(0, { at: BEGIN }))
  recorder.run(5 * MINUTE)
  recorder.now += 35 * MINUTE
  recorder.run(60 * MINUTE)
  const [isUp = 0, , inMaintenance = 0, notWatched = 0] = minutes(recorder, A)
  t.is(isUp + inMaintenance + notWatched, 60)
  t.true(inMaintenance >= 5 && inMaintenance <= 5.25, `${inMaintenance}`)
  t.is(isUp, 20)
  recorder.history.close()
})

test('after a clock was set back, a window changes nothing of what was recorded', (t) => {
  const recorder = begun()
  recorder.record(up(0, { at: BEGIN }))
  recorder.run(40 * MINUTE)
  recorder.now = BEGIN + 20 * MINUTE
  recorder.recorder.maintenance.setWindows(maintenanceCalendar([between(0, 30), between(50, 55)]))
  recorder.run(60 * MINUTE)
  const [isUp = 0, , inMaintenance] = minutes(recorder, A)
  t.is(inMaintenance, 5)
  t.true(isUp > 54, `${isUp}`)
  recorder.history.close()
})

test('a window goes on after the disk was full', (t) => {
  const directory = smallDisk(t, 1_500)
  if (directory === null) return
  const recorder = begun(join(directory, 'h.db'))
  recorder.recorder.maintenance.setWindows(maintenanceCalendar([between(0, 600)]))
  recorder.record(up(0, { at: BEGIN }))
  recorder.run(10 * MINUTE)
  const ballast = join(directory, 'ballast')
  t.throws(() => writeFileSync(ballast, Buffer.alloc(2_000_000)))
  t.throws(
    () => {
      for (let minute = 11; minute < 600; minute++) {
        recorder.record(...Array.from({ length: 500 }, () => up(0, { at: recorder.now })))
        recorder.run(minute * MINUTE)
      }
    },
    { message: /full/ },
  )
  writeFileSync(ballast, '')
  const fullAt = recorder.now
  recorder.now += MINUTE
  recorder.run(recorder.now - BEGIN + 5 * MINUTE)
  const uptime = recorder.history.uptime(1, BEGIN, recorder.now)
  t.true(uptime.maintenanceSeconds >= (fullAt - BEGIN) / 1000 - 60 + 300, JSON.stringify(uptime))
  t.is(uptime.upSeconds, 0)
  recorder.history.close()
})

test('windows that change while the history cannot be written are told when it can', (t) => {
  let [now, isFull, isTold] = [BEGIN, true, false]
  const tracker = new MaintenanceTracker(
    {
      latest: BEGIN,
      maintain() {},
      maintainAll(isIn) {
        if (isFull) throw new Error('the disk is full')
        isTold = isIn('{"team":"web"}')
      },
    },
    () => now,
  )
  const later = (full: boolean) => {
    isFull = full
    now += 2_000
  }
  t.throws(() => tracker.setWindows(maintenanceCalendar([between(-1, 30)])))
  later(true)
  t.throws(() => tracker.advance())
  later(false)
  tracker.advance()
  t.true(isTold)
  later(true)
  t.throws(() => tracker.setWindows(null))
  later(false)
  tracker.advance()
  t.false(isTold)
})
