import { isLive } from './machines.ts'
import type { MachineStatus } from './messages.ts'

/** A zone of which no machine was heard for this long is gone, in ms: as long as it takes at most until another machine of it goes on. */
export const GONE_MS = 5_000

/** After this long without an answer of the engine, in ms, it is not known who lives: all that were known do, until they are not heard again. */
const GAP_MS = 2_000

/** Which zones have a machine that lives. */
export class LiveZones {
  readonly #heardAt = new Map<string, number>()
  #answeredAt = Number.NEGATIVE_INFINITY

  /** In no order. */
  get names(): string[] {
    return [...this.#heardAt.keys()]
  }

  /** The engine has answered: these are all machines of the cluster. `now`: monotonic, in ms. */
  heard(machines: readonly MachineStatus[], now: number): void {
    if (now - this.#answeredAt > GAP_MS) {
      for (const { zone } of machines) this.#heardAt.set(zone, now)
      for (const zone of this.#heardAt.keys()) this.#heardAt.set(zone, now)
    }
    this.#answeredAt = now
    for (const machine of machines) if (isLive(machine)) this.#heardAt.set(machine.zone, now)
    for (const [zone, at] of this.#heardAt) if (now - at > GONE_MS) this.#heardAt.delete(zone)
  }
}
