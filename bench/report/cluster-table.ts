import type { ClusterCost } from '../scenarios/cluster.ts'
import { shown, table } from './table.ts'

/** What polls cost machines that share a list, beside one without `--cluster`. */
export function clusterTable(costs: readonly ClusterCost[]): string {
  const alone = (rate: number) =>
    costs.find((cost) => cost.rate === rate && cost.machines === 0)?.cpuUsPerPoll ?? Number.NaN
  return table(
    [
      'machines',
      'polls a second',
      'CPU µs a poll, all machines',
      'polls per CPU-second, of without',
      'the server, % of a core for 100,000 polls a minute',
    ],
    costs.map(({ rate, machines, pollsPerSecond, cpuUsPerPoll, engineShare }) => [
      machines === 0 ? 'one, without `--cluster`' : String(machines),
      shown(pollsPerSecond),
      shown(cpuUsPerPoll),
      machines === 0 ? '' : `${shown(alone(rate) / cpuUsPerPoll)} ×`,
      shown(engineShare * 100),
    ]),
  )
}
