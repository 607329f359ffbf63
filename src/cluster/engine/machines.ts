import type { Heard } from './engine.ts'
import type { MachineStatus } from './messages.ts'

/** Machines that were heard within this time share the list, in ms. */
const LIVE_MS = 1_500

/** What a machine says of itself, for the others. */
export function saysOf({ urls, batches }: MachineStatus): string {
  return JSON.stringify({ urls, batches })
}

/** What another machine says. A newer version may say more, which is ignored. */
export function readHeard({ name, ageMs, says }: Heard): MachineStatus {
  const { urls = 0, batches = 0 } = JSON.parse(says) as Partial<MachineStatus>
  return { name, ageMs, urls, batches }
}

/** Whether a machine takes its share of the list. */
export function isLive({ ageMs }: MachineStatus): boolean {
  return ageMs < LIVE_MS
}
