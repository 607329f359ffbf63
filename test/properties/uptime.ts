import { join } from 'node:path'
import * as fc from 'fast-check'
import { maintenanceCalendar } from '../../src/alerts/run/maintenance-calendar.ts'
import { openToRead } from '../../src/history/open-to-read.ts'
import { exportCsv } from '../../src/history/tool/export-csv.ts'
import { formatPercent } from '../../src/print/text/percent.ts'
import { badgeKinds } from '../../src/web/server/badges.ts'
import { historyEndpoints, withHistory } from '../../src/web/server/history-endpoints.ts'
import { directoryOf } from '../helpers/directory.ts'
import { property } from '../helpers/property.ts'
import { down, unknown, up } from '../helpers/state.ts'
import { BEGIN, TestRecorder } from '../helpers/test-recorder.ts'

const MAKE = { up, down, unknown } as const
const A = 'https://a.example/'
const DAY_MS = 86_400_000

/** A poll: how long after the one before, in s, and what it found. */
type Poll = readonly [afterS: number, verdict: keyof typeof MAKE]

/** A maintenance window: when it opens, and how long it is open, in s. */
type Window = readonly [fromS: number, lengthS: number]

/** Uptime from the raw polls: each verdict holds until the next poll, but in the window. */
function byModel(polls: readonly Poll[], endS: number, [fromS, lengthS]: Window): number | null {
  const seconds = { up: 0, down: 0, unknown: 0 }
  let at = 0
  for (const [n, [afterS, verdict]] of polls.entries()) {
    at += afterS
    const until = at + (polls[n + 1]?.[0] ?? endS)
    const inWindow = Math.max(0, Math.min(until, fromS + lengthS) - Math.max(at, fromS))
    seconds[verdict] += until - at - inWindow
  }
  return seconds.up + seconds.down === 0 ? null : seconds.up / (seconds.up + seconds.down)
}

/** The uptime that an export as CSV has for the only URL. */
function csvUptime(file: string, from: number, to: number): string | undefined {
  const read = openToRead(file)
  try {
    const [head, row] = exportCsv(read, { table: 'uptime', from, to, step: DAY_MS })
    return row?.split(',')[head?.split(',').indexOf('uptime') ?? -1]
  } finally {
    read.close()
  }
}

export const UPTIME_PROPERTIES = [
  property(
    'uptime is the same in the history, of the URL, on the badge and as CSV: that of the raw polls outside of maintenance',
    25,
    (t) => {
      const directory = directoryOf(t)
      let files = 0
      return fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom('up', 'down', 'unknown')), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 300 }),
        fc.tuple(fc.nat(400), fc.nat(400)),
        async (polls: readonly Poll[], endS, window: Window) => {
          const file = join(directory, `${files++}.db`)
          const recorder = new TestRecorder(file)
          recorder.register({ url: A })
          const [fromMs, lengthMs] = window.map((seconds) => seconds * 1_000) as [number, number]
          const when = { from: BEGIN + fromMs, to: BEGIN + fromMs + lengthMs }
          recorder.recorder.maintenance.setWindows(maintenanceCalendar([{ name: 'w', match: [], when }]))
          let at = 0
          for (const [afterS, verdict] of polls) {
            at += afterS * 1_000
            recorder.run(at)
            recorder.record(MAKE[verdict](0, { at: BEGIN + at }))
          }
          recorder.run(at + endS * 1_000)
          const wanted = byModel(polls, endS, window)
          const query = (text: string) => new URLSearchParams(`u=${encodeURIComponent(A)}&${text}`)
          const now = () => recorder.now
          const [history] = historyEndpoints(recorder, '/', now)
          const { uptime } = JSON.parse((await history?.answer(query(''))) ?? '') as {
            uptime: { ratio: number | null }
          }
          const detail = JSON.parse(await withHistory('{"url":"a"}', recorder, [A])) as {
            uptime: { '24h': { ratio: number | null } }
          }
          const badge = badgeKinds({ one: () => Promise.reject(new Error('not asked')) }, recorder, now)[1]
          const { message } = (await badge?.read(query('days=1'))) ?? { message: '' }
          const shown = wanted === null ? 'no data' : formatPercent(wanted)
          const csv = csvUptime(file, recorder.now - DAY_MS, recorder.now)
          recorder.history.close()
          return (
            uptime.ratio === wanted &&
            csv === (wanted === null ? '' : String(wanted)) &&
            detail.uptime['24h'].ratio === wanted &&
            (message === shown || message.startsWith(`${shown} in `))
          )
        },
      )
    },
  ),
  property('a percentage is never more than the ratio, nor a hundredth of a percent less', 500, () =>
    fc.property(fc.integer({ min: 0, max: DAY_MS }), fc.integer({ min: 1, max: DAY_MS }), (part, rest) => {
      const ratio = part / (part + rest)
      const shown = Number(formatPercent(ratio).slice(0, -1)) / 100
      return shown <= ratio + 1e-12 && shown > ratio - 0.000_1 && shown < 1
    }),
  ),
] as const
