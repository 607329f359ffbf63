import type { ClusterCost } from '../scenarios/cluster.ts'
import type { Probes } from '../scenarios/probe.ts'
import type { Start } from '../scenarios/start.ts'
import type { Paced } from '../scenarios/paced.ts'
import type { ScenarioResult } from '../scenarios/run-scenario.ts'
import { HEAD_ONLY } from './results.ts'
import type { Results } from './results.ts'
import { shown, table } from './table.ts'
import { scrapedShare } from './web-tables.ts'

/** A goal and a more ambitious one: a minimum or a maximum. */
type Goal = readonly [
  name: string,
  bound: 'least' | 'most',
  reach: number,
  aim: number,
  unit: string,
  /** NaN where it was not measured. */
  measured: number,
]

/** Goals of the start: beside Node without a program, and beside curl. */
function startGoals(starts: readonly Start[]): Goal[] {
  const ms = (name: string) => starts.find((start) => start.name === name)?.ms ?? Number.NaN
  const bare = ms('node -e 0')
  const besideCurl = (size: string) =>
    ms(`headcount --once, ${size} URLs`) / ms(`curl --parallel -I, ${size} URLs`)
  const single = starts.find(({ name }) => name === 'headcount --once, 1 URL')
  return [
    ['start: --version, of bare Node', 'most', 2, 1.5, '×', ms('headcount --version') / bare],
    ['start: --help, of bare Node', 'most', 2, 1.5, '×', ms('headcount --help') / bare],
    [
      'start: --once with one URL, above bare Node',
      'most',
      150,
      100,
      'ms',
      (single?.ms ?? Number.NaN) - bare,
    ],
    ['start: --once with one URL, peak resident', 'most', 110, 90, 'MB', single?.peakMb ?? Number.NaN],
    ['start: --once with 1,000 URLs, of curl', 'most', 2, 1, '×', besideCurl('1,000')],
    ['start: --once with 10,000 URLs, of curl', 'most', 0.5, 0.4, '×', besideCurl('10,000')],
  ]
}

/** Goals of lists at a realistic interval. */
function pacedGoals({ million, names, idle }: Results['scenarios']): Goal[] {
  const of = (paced: Paced | undefined, figure: (paced: Paced) => number) =>
    paced === undefined ? Number.NaN : figure(paced)
  const peakMb = ({ figures }: Paced) => figures.peakMb
  return [
    ['million: peak resident', 'most', 500, 330, 'MB', of(million, peakMb)],
    ['million: lateness p99', 'most', 100, 15, 'ms', of(million, ({ lateP99Ms }) => lateP99Ms)],
    ['million: slots skipped', 'most', 0, 0, '', of(million, ({ skipped }) => skipped)],
    ['million: first answer', 'most', 5, 2.5, 's', of(million, ({ firstAnswerMs }) => firstAnswerMs / 1000)],
    ['million: list read', 'most', 3, 3, 's', of(million, ({ readMs }) => readMs / 1000)],
    [
      'names: CPU a poll with its look-up',
      'most',
      208,
      150,
      'µs',
      of(names, (one) => one.figures.cpuUsPerPoll),
    ],
    ['names: peak resident', 'most', 900, 600, 'MB', of(names, peakMb)],
    ['idle: share of a core', 'most', 2, 1, '%', of(idle, ({ figures }) => figures.cores * 100)],
    ['idle: peak resident', 'most', 177, 140, 'MB', of(idle, peakMb)],
  ]
}

/** Goals of machines that share a list, at the highest rate. */
function clusterGoals(costs: readonly ClusterCost[]): Goal[] {
  const rate = Math.max(...costs.map((cost) => cost.rate))
  const of = (machines: number) => costs.find((cost) => cost.rate === rate && cost.machines === machines)
  const us = (machines: number) => of(machines)?.cpuUsPerPoll ?? Number.NaN
  const engine = (of(1)?.engineShare ?? Number.NaN) * 100
  return [
    ['cluster: polls per CPU-second, of without', 'least', 0.9, 0.95, '×', us(0) / us(1)],
    ['cluster: CPU a poll, three machines to one', 'most', 1.2, 1.05, '×', us(3) / us(1)],
    ['cluster: the server, of a core for 100,000 polls a minute', 'most', 2, 1, '%', engine],
  ]
}

/** A table of goals and measured figures; '' if none was measured. */
export function goalsTable({ scenarios }: Results): string {
  const { fresh, keep, tls, http2, body, json, tcp, query, probe, reload, web, growth, pool } = scenarios
  const slowestQueryMs = Math.max(...(web?.queries.map(({ ms }) => ms) ?? [Number.NaN]))
  const over = (name: string) => Math.min(...known(HEAD_ONLY.map((key) => ratio(scenarios[key], name))))
  const thread = (role: 'main' | 'monitor') =>
    Math.max(...known(HEAD_ONLY.map((key) => scenarios[key]?.results[0]?.threadUsPerPoll?.[role])))
  const goals: Goal[] = [
    ['fresh: polls per CPU-second, of Go', 'least', 1, 1.6, '×', ratio(fresh, 'Go')],
    ['keep: polls per CPU-second, of Go', 'least', 1.5, 2, '×', ratio(keep, 'Go')],
    ['tls: polls per CPU-second, of Go', 'least', 1, 1.3, '×', ratio(tls, 'Go')],
    ['tls-keep: polls per CPU-second, of Go', 'least', 1, 1.8, '×', ratio(scenarios['tls-keep'], 'Go')],
    ['http2: polls per CPU-second, of Go', 'least', 1, 1.3, '×', ratio(http2, 'Go')],
    ['body: polls per CPU-second, of Go', 'least', 1, 1.1, '×', ratio(body, 'Go')],
    ['body-keep: polls per CPU-second, of Go', 'least', 1.3, 1.5, '×', ratio(scenarios['body-keep'], 'Go')],
    ['json: polls per CPU-second, of Go', 'least', 1, 1.1, '×', ratio(json, 'Go')],
    ['tcp: polls per CPU-second, of Go', 'least', 1, 1.2, '×', ratio(tcp, 'Go')],
    ['query: polls per CPU-second, of blackbox_exporter', 'least', 1.5, 3, '×', ratio(query, 'blackbox')],
    ['probe: probes per CPU-second, of blackbox_exporter', 'least', 1.5, 2, '×', ratio(probe, 'blackbox')],
    ['probe: latency p99, of blackbox_exporter', 'most', 1, 0.8, '×', latencyRatio(probe)],
    ['HEAD: of `fetch` with a limit', 'least', 5, 10, '×', over('fetch')],
    ['HEAD: of blackbox_exporter', 'least', 4, 10, '×', over('blackbox')],
    ['HEAD: CPU of the main thread a poll', 'most', 1.5, 1, 'µs', thread('main')],
    ['HEAD: CPU of the monitor a poll', 'most', 1.5, 1, 'µs', thread('monitor')],
    ['keep: CPU of main and monitor a poll', 'most', 2, 1.2, 'µs', mainAndMonitor(keep)],
    ...pacedGoals(scenarios),
    ['reload: 1 % of the list changed', 'most', 2, 2, 's', (reload?.doneMs ?? Number.NaN) / 1000],
    ['reload: lateness max', 'most', 250, 250, 'ms', reload?.lateMaxMs ?? Number.NaN],
    ['web: /metrics of 10,000 URLs', 'most', 150, 100, 'ms', web?.metricsMs ?? Number.NaN],
    ['web: /metrics of a million URLs, sums only', 'most', 20, 10, 'ms', web?.aggregatesMs ?? Number.NaN],
    ['web: a query of a million URLs', 'most', 200, 150, 'ms', slowestQueryMs],
    ['web: delay of the event loop of the monitor', 'most', 25, 15, 'ms', web?.heldUpMs ?? Number.NaN],
    ['web: polls per CPU-second with scrapes, of without', 'least', 0.97, 0.99, '×', scrapedShare(web)],
    ['growth: CPU a poll, longest list to shortest', 'most', 1.2, 1.1, '×', lastToFirst(growth)],
    ['pool: CPU a poll, most pollers to one', 'most', 1.15, 1.05, '×', lastToFirst(pool)],
    ['pool: peak resident, for each poller more', 'most', 90, 40, 'MB', mbPerPoller(pool)],
  ]
  goals.push(...clusterGoals(scenarios.cluster ?? []), ...startGoals(scenarios.start ?? []))
  const measured = goals.filter((goal) => Number.isFinite(goal[5]))
  if (measured.length === 0) return ''
  return table(
    ['goal', 'reach', 'aim', 'measured', 'met'],
    measured.map((goal) => {
      const [name, bound, reach, aim, unit, figure] = goal
      const met = (wanted: number) => (bound === 'least' ? figure >= wanted : figure <= wanted)
      const withUnit = (value: string) => `${value} ${unit}`.trim()
      const how = met(aim) ? 'aim' : met(reach) ? 'yes' : 'no'
      return [
        `${name}, at ${bound}`,
        withUnit(String(reach)),
        withUnit(String(aim)),
        withUnit(shown(figure)),
        how,
      ]
    }),
  )
}

/** The polls per CPU-second of headcount divided by those of the contestant whose name begins so. */
function ratio(turns: ScenarioResult | undefined, name: string): number {
  const of = (begin: string) =>
    turns?.results.find((result) => result.name.startsWith(begin))?.pollsPerCpuSecond ?? Number.NaN
  return of('headcount') / of(name)
}

/** The p99 of headcount divided by that of blackbox_exporter. */
function latencyRatio(probe: Probes | undefined): number {
  const of = (name: string) => probe?.latencies.find((one) => one.name === name)?.p99Ms ?? Number.NaN
  return of('headcount') / of('blackbox_exporter')
}

function mainAndMonitor(turns: ScenarioResult | undefined): number {
  const threads = turns?.results[0]?.threadUsPerPoll
  return threads === undefined || threads === null ? Number.NaN : threads.main + threads.monitor
}

/** What each poller after the first adds to the peak, in MB. */
function mbPerPoller(pool: ScenarioResult | undefined): number {
  const [first, last] = [pool?.results[0], pool?.results.at(-1)]
  if (first === undefined || last === undefined || first === last) return Number.NaN
  return (last.peakMb - first.peakMb) / (Number(last.name) - Number(first.name))
}

function lastToFirst(turns: ScenarioResult | undefined): number {
  const [first, last] = [turns?.results[0], turns?.results.at(-1)]
  return first === undefined || last === undefined ? Number.NaN : last.cpuUsPerPoll / first.cpuUsPerPoll
}

function known(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined && !Number.isNaN(value)) as number[]
}
