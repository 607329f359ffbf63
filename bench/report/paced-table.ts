import type { Paced, PacedOptions } from '../scenarios/paced.ts'
import { shown, table } from './table.ts'

/** The heading of a scenario with headcount alone and a list at a realistic interval. */
export function pacedHead(name: string, { urls, origins, interval, duration, ttl }: PacedOptions): string {
  const [many, few] = [urls.toLocaleString('en'), origins.toLocaleString('en')]
  const connections = ttl === undefined ? 'connections kept' : 'names looked up, one connection a poll'
  return `### ${name}: ${many} URLs on ${few} origins every ${interval} s, ${connections}, ${duration} s`
}

/** Its figures. */
export function pacedTable(paced: Paced): string {
  const { figures } = paced
  return table(
    ['figure', 'measured'],
    [
      ['list read, ms', shown(paced.readMs)],
      ['first answer, ms after the start', shown(paced.firstAnswerMs)],
      ['polls', paced.polls.toLocaleString('en')],
      ['polls a second', shown(paced.pollsPerSecond)],
      ['slots skipped', paced.skipped.toLocaleString('en')],
      ['lateness p50, ms', shown(paced.lateP50Ms)],
      ['lateness p99, ms', shown(paced.lateP99Ms)],
      ['lateness max, ms', shown(paced.lateMaxMs)],
      ['peak resident, MB', shown(figures.peakMb)],
      ['CPU µs a poll, second half', shown(figures.cpuUsPerPoll)],
      ['of it main', shown(figures.threadUsPerPoll?.main)],
      ['of it monitor', shown(figures.threadUsPerPoll?.monitor)],
      ['of it pollers', shown(figures.threadUsPerPoll?.pollers)],
      ["of it V8's helpers", shown(figures.threadUsPerPoll?.helpers)],
      ['share of a core, second half', shown(figures.cores)],
    ],
  )
}
