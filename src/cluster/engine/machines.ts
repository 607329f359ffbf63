import type { Heard } from './engine.ts'
import type { MachineStatus } from './messages.ts'

/** Machines that were heard within this time share the list, in ms. */
const LIVE_MS = 1_500

/** What a machine says of itself, for the others. */
export function saysOf({ name: _name, ageMs: _age, zone, ...says }: MachineStatus): string {
  return JSON.stringify(zone === '' ? says : { ...says, zone })
}

/**
 * What another machine says. A newer version may say more, which is ignored; an older one less. A machine that was heard ahead of the
 * clock of the server was heard before that was set back: one that lives is heard again at once.
 */
export function readHeard({ name, ageMs: heardMs, says }: Heard): MachineStatus {
  const ageMs = Math.abs(heardMs)
  const said = readSays(says)
  const { urls = 0, batches = 0, plans = false, alerts = false, isDrained = false, isReady = true } = said
  const { zone = '', clockMs = 0, list = '', isPart = false, version = '' } = said
  const does = { urls, batches, plans, alerts, isDrained, isReady }
  return { name, zone, ageMs, ...does, clockMs, list, isPart, version }
}

function readSays(says: string): Partial<MachineStatus> {
  try {
    return (JSON.parse(says) as Partial<MachineStatus> | null) ?? {}
  } catch {
    return {} // One machine must not keep the others from hearing each other.
  }
}

/** Whether a machine takes its share of the list. */
export function isLive({ ageMs, isDrained, isReady }: MachineStatus): boolean {
  return ageMs < LIVE_MS && !isDrained && isReady
}

/** Whether one of the machines of a zone can make a plan of all lists: they are read. */
export function hasWhole(machines: readonly MachineStatus[], zone: string): boolean {
  return machines.some((one) => one.zone === zone && one.ageMs < LIVE_MS && !one.isDrained && one.list !== '')
}
