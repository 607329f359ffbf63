import type { Reload, ReloadOptions } from '../scenarios/reload.ts'
import { RATE } from '../scenarios/probe.ts'
import type { Probes } from '../scenarios/probe.ts'
import type { Start } from '../scenarios/start.ts'
import type { Result, ScenarioResult } from '../scenarios/run-scenario.ts'
import { goalsTable } from './goals.ts'
import { clusterTable } from './cluster-table.ts'
import { pacedHead, pacedTable } from './paced-table.ts'
import { COMPARED, PACED } from './results.ts'
import type { Results } from './results.ts'
import { shown, table } from './table.ts'
import { webTable } from './web-tables.ts'

/** The heading of each scenario. */
const WORK = {
  fresh: '10,000 origins, one connection a poll',
  keep: '10,000 URLs on 1,000 origins, connections kept (`--keep-alive`)',
  tls: '100 URLs on one TLS origin, one connection a poll, P-256 certificate, defaults on both sides',
  'tls-keep': '10,000 URLs on 100 TLS origins, connections kept',
  http2: 'the same over HTTP/2 (`--http2`)',
  dns: '10,000 names whose addresses hold for 1 s, one connection a poll',
  body: 'fresh, and a text at the end of a body of 10 KB (`--body`)',
  'body-keep': 'keep, and a text at the end of a body of 10 KB',
  json: 'fresh, and a value in JSON of 10 KB (`--json`)',
  tcp: '10,000 addresses, connected and closed (`tcp://`)',
  query: '1,000 names, asked of one DNS server (`dns://`)',
  probe: '10,000 origins, probes asked for by `/probe`, HEAD, one connection a probe',
}

/** The results as Markdown. */
export function report(results: Results): string {
  const { scenarios } = results
  const sections = [describeRun(results)]
  if (results.short) sections.push('This was the short bench: its figures mean nothing.')
  const goals = results.short ? '' : goalsTable(results)
  if (goals !== '') sections.push('### Goals', goals)
  for (const name of COMPARED) {
    const turns = scenarios[name]
    if (turns !== undefined)
      sections.push(`### ${name}: ${WORK[name]}`, comparisonTable(turns), ...notes(turns))
  }
  const threads = COMPARED.flatMap((name) =>
    (scenarios[name]?.results ?? [])
      .filter((result) => result.threadUsPerPoll !== null)
      .map((result) => ({ ...result, name })),
  )
  if (threads.length > 0)
    sections.push("### headcount's threads: CPU µs a poll", threadTable('scenario', threads))
  const { probe, reload, web, growth, pool, start, cluster, micro } = scenarios
  if (probe !== undefined)
    sections.push(`### probe: how long an answer takes at ${RATE} probes a second`, latencyTable(probe))
  for (const name of PACED) {
    const paced = scenarios[name]
    if (paced !== undefined) sections.push(pacedHead(name, paced), pacedTable(paced))
  }
  if (reload !== undefined) sections.push(reloadHead(reload), reloadTable(reload))
  if (web !== undefined)
    sections.push(
      '### web: what `--listen` answers while lists are polled, and what scrapes cost: keep, scraped every 5 s',
      webTable(web),
      comparisonTable(web),
      ...notes(web),
    )
  if (growth !== undefined)
    sections.push(
      '### growth: fresh, with longer and longer lists',
      threadTable('URLs', growth.results),
      ...notes(growth),
    )
  if (pool !== undefined)
    sections.push(
      '### pool: keep, with more and more pollers on one core',
      threadTable('pollers', pool.results),
      ...notes(pool),
    )
  if (start !== undefined)
    sections.push('### start: from the command to its end, program as published', startTable(start))
  if (cluster !== undefined && cluster.length > 0)
    sections.push(
      '### cluster: machines that share a list of 2,000 URLs, one connection a poll',
      clusterTable(cluster),
    )
  if (micro !== undefined) {
    const rows = micro.map(({ name, ns }) => [name, shown(ns)])
    sections.push('### Parts of a poll', table(['part', 'ns each'], rows))
  }
  return `${sections.join('\n\n')}\n`
}

function describeRun({ command, machine, rounds, seconds }: Results): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `${machine.date}, \`${command}\`: medians of ${rounds} rounds of ${seconds} s.`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}; ${machine.pinned}.`,
    `${versions.join(', ')}. Load of the machine before the run: ${machine.load.toFixed(1)}.`,
  ].join('\n')
}

function comparisonTable({ results }: ScenarioResult): string {
  const ours = results.find(({ name }) => name === 'headcount')
  const names = results.some(({ lookUpsPerPoll }) => lookUpsPerPoll !== null)
  const head = [
    'contestant',
    'polls per CPU-second',
    'headcount is',
    'polls a second',
    'CPU µs a poll',
    'peak MB',
  ]
  return table(
    names ? [...head, 'look-ups a poll'] : head,
    results.map((result) => [
      result.name,
      shown(result.pollsPerCpuSecond),
      ours === undefined || ours === result
        ? ''
        : `${shown(ours.pollsPerCpuSecond / result.pollsPerCpuSecond)} ×`,
      shown(result.pollsPerSecond),
      shown(result.cpuUsPerPoll),
      shown(result.peakMb),
      ...(names ? [shown(result.lookUpsPerPoll)] : []),
    ]),
  )
}

function latencyTable({ latencies }: Probes): string {
  return table(
    ['contestant', 'p50, ms', 'p99, ms'],
    latencies.map(({ name, p50Ms, p99Ms }) => [name, shown(p50Ms), shown(p99Ms)]),
  )
}

function threadTable(first: string, results: readonly Result[]): string {
  return table(
    [first, 'process', 'main', 'monitor', 'pollers', "V8's helpers", 'polls a second', 'peak MB'],
    results.map(({ name, cpuUsPerPoll, threadUsPerPoll, pollsPerSecond, peakMb }) => [
      name,
      shown(cpuUsPerPoll),
      shown(threadUsPerPoll?.main),
      shown(threadUsPerPoll?.monitor),
      shown(threadUsPerPoll?.pollers),
      shown(threadUsPerPoll?.helpers),
      shown(pollsPerSecond),
      shown(peakMb),
    ]),
  )
}

function reloadHead({ urls, interval, changes }: ReloadOptions): string {
  return `### reload: ${urls.toLocaleString('en')} URLs every ${interval} s, of which 1 % are others after each of ${changes} changes`
}

function reloadTable({ doneMs, lateMaxMs, lateMaxBeforeMs }: Reload): string {
  return table(
    ['figure', 'measured'],
    [
      ['from SIGHUP until it is taken over, ms', shown(doneMs)],
      ['lateness max meanwhile, ms', shown(lateMaxMs)],
      ['lateness max before, ms', shown(lateMaxBeforeMs)],
    ],
  )
}

function startTable(starts: readonly Start[]): string {
  const bare = starts[0]?.ms ?? Number.NaN
  return table(
    ['command', 'ms', 'of bare Node', 'peak MB'],
    starts.map(({ name, ms, peakMb }) => [name, shown(ms), `${shown(ms / bare)} ×`, shown(peakMb)]),
  )
}

function notes({ notes: lines }: ScenarioResult): string[] {
  return lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join('\n')]
}
