import { cores, localPorts, memoryLimit } from './capacity/limits.ts'
import type { PlanInput } from './capacity/plan.ts'
import type { Options } from './options.ts'

/** What `--plan` works with: what the lists hold, the options, and this machine. */
export function planInput(
  { poolSize, descriptors, poll }: Options,
  lists: Pick<PlanInput, 'groups' | 'secure' | 'origins'>,
): PlanInput {
  return {
    ...lists,
    maxKeptConnections: poll.keptConnections,
    poolSize,
    concurrency: poll.concurrency,
    cores: cores(),
    descriptors,
    ports: localPorts(),
    memory: memoryLimit(),
  }
}
