import { setTimeout as sleep } from 'node:timers/promises'
import type { ResourceId } from '../../resource/resource.ts'
import { readKeyedStates } from '../../state/state-records.ts'
import type { ClusterNode, TakenBatch } from '../share/cluster-node.ts'
import type { Effect } from '../share/effect.ts'
import { unpackFactsBatch } from '../share/facts.ts'
import type { Engine, TakenFacts } from './engine.ts'
import { PendingReports } from './pending-reports.ts'
import type { BatchRows, Rows } from './rows.ts'
import { StatePorts } from './state-ports.ts'
import { Zones } from './zones.ts'

/** How many batches one report is about, at most. */
const REPORT_BATCHES = 64

/** Time between two looks whether everything is back, in ms. */
const CHECK_MS = 10

/** A batch that was taken, and what is known of it. */
export interface Taken extends TakenBatch {
  readonly records: TakenFacts['records']
}

/** What goes between this machine and the engine: batches, and what was found out about them. */
export class Exchange {
  /** The States of pollers, and what the monitor shows. */
  readonly ports: StatePorts
  readonly zones: Zones
  readonly #zone: string
  readonly #engine: Engine
  readonly #node: ClusterNode
  readonly #rows: Rows
  readonly #pending: PendingReports
  /** Batches on their way back to the engine. */
  readonly #handingBack = new Set<Promise<void>>()

  /** `zone`: that of this machine. */
  constructor(zone: string, engine: Engine, node: ClusterNode, rows: Rows) {
    this.#zone = zone
    this.#engine = engine
    this.#node = node
    this.#rows = rows
    this.#pending = new PendingReports(rows)
    this.ports = new StatePorts((...state) => this.#pending.addState(...state))
    this.zones = new Zones(zone, (...message) => this.ports.send(...message))
  }

  /** Takes a batch. Null: there is none, or this machine can't poll it yet. Rejects when the engine does not answer. */
  async take(token: string): Promise<Taken | null> {
    const batch = this.#engine.isConnected ? await this.#engine.batches.take(token) : null
    const known = batch === null ? null : await this.#engine.takeFacts(batch, token)
    if (batch === null || known === null) return null
    const rows = this.#rows.of(batch)
    if (rows?.version === known.version)
      return { batch, token, urls: rows.urls.length, clean: known.clean, records: known.records }
    // It is in no plan, or in a newer one than main knows.
    if (known.version === '') {
      await this.#engine.batches.finish(batch, token)
      return null
    }
    // Nothing of it was polled here: it is handed back as it came.
    if (known.clean) await this.#engine.report([{ batch, token, returned: true, states: null, facts: null }])
    await this.#engine.batches.release(batch, token)
    return null
  }

  /** What is known of polled Resources. `offset`: see `writeRecord`. */
  addFacts(packed: ArrayBuffer, offset: number): void {
    unpackFactsBatch(packed, (id, facts) => this.#pending.addFacts(id, facts, offset))
  }

  /** These batches belong to others: nothing is said of them. */
  drop(batches: readonly string[]): void {
    for (const batch of batches) this.#pending.drop(batch)
  }

  /** Gives a batch back, with all that is known of it. */
  handBack({ batch, token, type, clean }: Extract<Effect, { type: 'release' | 'finish' }>): void {
    this.ports.drain()
    const report = this.#pending.take(batch, token, clean)
    const done = this.#engine.report([report]).then(() => this.#engine.batches[type](batch, token))
    // If it fails, the lock of the batch runs out, and whoever takes it then knows that it was not handed back.
    const quiet = done.catch(() => {}).finally(() => this.#handingBack.delete(quiet))
    this.#handingBack.add(quiet)
  }

  /** Resolves when nothing is held, and all batches that were handed back are with the engine, or can't be. */
  async handedBack(): Promise<void> {
    while (!this.#node.isIdle) await sleep(CHECK_MS)
    await Promise.all(this.#handingBack)
  }

  /** Says what was found out of the batches that this machine holds. Rejects when the engine does not answer: then it is lost. */
  async report(): Promise<void> {
    if (!this.#engine.isConnected) return
    const reports = this.#pending.batches.flatMap((batch) => {
      const token = this.#node.tokenOf(batch)
      if (token !== null) return [this.#pending.take(batch, token, false)]
      this.#pending.drop(batch)
      return []
    })
    for (let at = 0; at < reports.length; at += REPORT_BATCHES)
      await this.#engine.report(reports.slice(at, at + REPORT_BATCHES))
  }

  /** Has the monitor show results of a batch, which this machine or another one has polled, with the next `flush`. */
  show(zone: string, batch: string, results: Uint8Array): void {
    const rows = this.#rows.of(batch)
    const isOwn = zone === this.#zone
    if (rows === undefined && isOwn) return
    readKeyedStates(results, (key, rest) => {
      const index = rows?.indexByKey.get(key)
      if (rows !== undefined && index !== undefined) return this.#showOne(zone, rows, index, rest)
      // A zone whose list is another one, or was read at another time, may have other batches.
      const found = isOwn ? undefined : this.#rows.find(key)
      if (found !== undefined) this.#showOne(zone, ...found, rest)
    })
  }

  /** Sends the monitor what it is to show. It knows what the zones say when it gets the States. */
  flush(): void {
    this.zones.flush()
    this.ports.flush()
  }

  #showOne(zone: string, { ids, generations }: BatchRows, index: number, rest: Uint8Array): void {
    const [id, generation] = [ids[index] as ResourceId, generations[index] as number]
    if (this.zones.take(zone, id, generation, rest)) this.ports.add(id, generation, rest)
  }
}
