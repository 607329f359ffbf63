import type { ResourceId, Verdict } from '../../resource/resource.ts'
import { zonePollOf } from '../../state/state-records.ts'
import { ZoneBatch } from '../../state/zone-batch.ts'
import type { StatusMessage } from '../../threads/protocol.ts'
import { LiveZones } from './live-zones.ts'
import type { ZoneVerdicts } from './known-verdicts.ts'
import type { MachineStatus } from './messages.ts'
import { ZoneVotes } from './zone-votes.ts'

/** What goes in one message to a new monitor, in bytes. */
const MAX_BYTES = 256 * 1024

/** The zones of the cluster: which polls of them the monitor is shown, and what each says of a URL. Nothing is done while there is only one. */
export class Zones {
  /** That of this machine. */
  readonly own: string
  readonly #send: (message: StatusMessage, transfer: ArrayBuffer[]) => void
  readonly #live = new LiveZones()
  #names: readonly string[] = []
  /** Null until there was another zone. */
  #votes: ZoneVotes | null = null
  readonly #news = new ZoneBatch()

  /** `send`: to the monitor. */
  constructor(own: string, send: (message: StatusMessage, transfer: ArrayBuffer[]) => void) {
    this.own = own
    this.#send = send
  }

  /** Those that live, but for that of this machine. */
  get others(): readonly string[] {
    return this.#names.filter((name) => name !== this.own)
  }

  /** The engine has answered: these are all machines of the cluster. `now`: monotonic, in ms. */
  heard(machines: readonly MachineStatus[], now: number): void {
    this.#live.heard(machines, now)
    const names = this.#live.names.toSorted()
    if (names.join() === this.#names.join()) return
    this.flush()
    this.#names = names
    if (this.others.length > 0) this.#votes ??= new ZoneVotes()
    if (this.#votes === null) return
    this.#votes.states.setLive(names)
    this.#tell()
  }

  /** A machine of a zone has polled a URL. Returns whether the monitor is shown that. `rest`: of the State, as `splitStates` has it. */
  take(zone: string, id: ResourceId, generation: number, rest: Uint8Array): boolean {
    if (this.#votes === null) return zone === this.own
    const poll = zonePollOf(rest)
    const isShown = this.#votes.take(zone, id, generation, poll)
    if (this.#names.includes(zone)) this.#news.add(id, generation, this.#names, { zone, ...poll })
    return isShown
  }

  /** What zones have said of the URLs of a batch before this machine could hear it. */
  seed(known: ZoneVerdicts, ids: Uint32Array, generations: Uint16Array): void {
    for (const [zone, verdicts] of known)
      for (const [n, verdict] of verdicts.entries())
        if (verdict !== 'pending') this.#seed(zone, ids[n] as ResourceId, generations[n] as number, verdict)
    this.flush()
  }

  /** Sends the monitor what zones have said since. */
  flush(): void {
    if (this.#news.length > 0) this.#tell()
  }

  /** There is a new monitor, which gets all that is known. */
  tellAll(): void {
    if (this.#votes === null) return
    this.#tell()
    this.#votes.states.visit((id, generation, state) => {
      this.#news.add(id, generation, this.#names, state)
      if (this.#news.length >= MAX_BYTES) this.#tell()
    })
    this.flush()
  }

  #seed(zone: string, id: ResourceId, generation: number, verdict: Verdict): void {
    const state = this.#votes?.seed(zone, id, generation, verdict) ?? null
    if (state !== null && this.#names.includes(zone)) this.#news.add(id, generation, this.#names, state)
  }

  #tell(): void {
    const batch = this.#news.take()
    this.#send({ type: 'zones', names: this.#names, batch }, [batch])
  }
}
