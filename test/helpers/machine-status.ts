import type { MachineStatus } from '../../src/cluster/engine/messages.ts'

/** What a machine of a cluster says of itself, if nothing is wrong with it. */
export function machineStatus(name: string): MachineStatus {
  return {
    name,
    zone: '',
    ageMs: 0,
    urls: 1,
    batches: 1,
    plans: false,
    alerts: false,
    isDrained: false,
    isReady: true,
    clockMs: 5,
    list: '1-a',
    isPart: false,
    version: '1.0.0',
  }
}
