import type { ResourceId } from '../../resource/resource.ts'
import { FactsBatch, readFactsRecord } from '../share/facts.ts'
import { freshVerdicts, withVerdicts } from './known-verdicts.ts'
import type { ZoneVerdicts } from './known-verdicts.ts'
import { planChanges } from '../share/plan-changes.ts'
import { textKey } from '../share/text-hash.ts'
import type { ClusterEvent } from './messages.ts'
import type { PlanStore } from './plan-store.ts'
import { isComplete } from './revision.ts'
import type { Rows } from './rows.ts'

/** How many batches of a plan are read at once: at first, and half as many each time that this takes too long. */
const CHUNK = 32

/** What a PlanView needs. */
export interface PlanViewHooks {
  post(event: ClusterEvent): void
  /** What to add to the time of this machine to get that of the engine. */
  offset(): number
  /** These batches can be taken: main knows all of them. With the number of URLs of each. */
  planned(plan: ReadonlyMap<string, number>): void
  /** The monotonic clock, in ms. */
  now(): number
  readonly zones: {
    /** That of this machine. */
    readonly own: string
    /** Those that live besides. */
    readonly others: readonly string[]
    seed(known: ZoneVerdicts, ids: Uint32Array, generations: Uint16Array): void
  }
}

interface Awaited {
  readonly version: string
  readonly urls: readonly string[]
  readonly said: ZoneVerdicts
  done: () => void
}

type Records = ReadonlyMap<string, Uint8Array>

/** Follows the plan: has main know all of its URLs. */
export class PlanView {
  readonly #plans: PlanStore
  readonly #rows: Rows
  readonly #hooks: PlanViewHooks
  #revision = ''
  #isReading = false
  #chunk = CHUNK
  #knowsOne = false
  #earlier: readonly string[]
  /** Batches that main was told of, and which it has not put into its table yet. */
  readonly #awaited = new Map<string, Awaited>()

  /** `known`: batches that main knows from a thread before this one. */
  constructor(plans: PlanStore, rows: Rows, hooks: PlanViewHooks, known: readonly string[]) {
    this.#earlier = known
    this.#plans = plans
    this.#rows = rows
    this.#hooks = hooks
  }

  /**
   * The plan had this revision when it was last heard of; '': there is none, so all stays as it is. Resolves with true when main knows the plan that
   * there is now, or with false at once while another call reads it. Rejects when the engine does not answer.
   */
  async follow(heard: string): Promise<boolean> {
    if (this.#isReading) return false
    if (heard === '' || heard === this.#revision) return true
    this.#isReading = true
    try {
      // The planner may have begun with the next one since: what that takes out of the plan for a while is not gone.
      const { revision, plan } = await this.#plans.current()
      if (revision === '') return true
      const known = new Map([...this.#rows.batches].map(([id, { version }]) => [id, version]))
      const { added, replaced, removed } = planChanges(known, plan)
      const stale = new Set([...replaced, ...removed])
      // At once, before the new ones are read: others may wait for what is not in the plan any more.
      this.#hooks.planned(this.#sizes((id) => plan.has(id) && !stale.has(id)))
      if (isComplete(revision)) {
        await this.#define([...added, ...replaced], plan)
        const gone = [...removed, ...this.#earlier.filter((id) => !plan.has(id))]
        if (gone.length > 0) this.#hooks.post({ type: 'undefine', batches: gone })
        this.#earlier = []
        for (const id of removed) this.#rows.remove(id)
        this.#knowsOne = true
        this.#hooks.planned(this.#sizes((id) => plan.has(id)))
      }
      this.#revision = revision
      this.#chunk = CHUNK
      return true
    } finally {
      this.#isReading = false
    }
  }

  /** Whether main has come to know all of a plan: then it follows the next ones as fast as other machines do. */
  get knowsOne(): boolean {
    return this.#knowsOne
  }

  /** Whether main knows all of the plan that has this revision. */
  knows(revision: string): boolean {
    return revision === this.#revision && isComplete(revision)
  }

  /** Main has the URLs of a batch in its table. */
  defined(batch: string, version: string, ids: Uint32Array, generations: Uint16Array): void {
    const awaited = this.#awaited.get(batch)
    if (awaited?.version !== version) return
    this.#awaited.delete(batch)
    this.#rows.define(batch, version, awaited.urls, ids, generations)
    this.#hooks.zones.seed(awaited.said, ids, generations)
    awaited.done()
  }

  /** What is known of a batch that this machine has taken, for main. */
  facts(batch: string, records: ReadonlyMap<string, Uint8Array>): ArrayBuffer {
    const packed = new FactsBatch()
    const rows = this.#rows.of(batch)
    for (const [index, key] of (rows?.keys ?? []).entries()) {
      const facts = readFactsRecord(records.get(key), this.#hooks.offset())
      if (facts !== null) packed.add(rows?.ids[index] as ResourceId, facts)
    }
    return packed.take()
  }

  #sizes(includes: (id: string) => boolean): Map<string, number> {
    return new Map(
      [...this.#rows.batches].flatMap(([id, { urls }]) => (includes(id) ? [[id, urls.length] as const] : [])),
    )
  }

  async #define(batches: readonly string[], plan: ReadonlyMap<string, string>): Promise<void> {
    for (let at = 0; at < batches.length; at += this.#chunk) {
      const chunk = batches.slice(at, at + this.#chunk)
      const [definitions, records] = await this.#read(chunk)
      await Promise.all(
        chunk.map((batch, index) =>
          this.#defineOne(
            batch,
            plan.get(batch) ?? '',
            definitions[index] ?? null,
            records[index] ?? new Map(),
          ),
        ),
      )
    }
  }

  async #read(batches: readonly string[]) {
    try {
      return [await this.#plans.definitions(batches), await this.#records(batches)] as const
    } catch (error) {
      if (isTimeout(error as Error)) this.#chunk = Math.ceil(this.#chunk / 2)
      throw error
    }
  }

  /** What each zone knows of each batch. Another zone may have other batches: then nothing is known of what it knows until it polls. */
  async #records(batches: readonly string[]): Promise<ReadonlyMap<string, Records>[]> {
    const { own, others } = this.#hooks.zones
    const zones = [own, ...others]
    const all = await Promise.all(zones.map((zone) => this.#plans.facts(batches, zone)))
    return batches.map((_, index) => new Map(zones.map((zone, n) => [zone, all[n]?.[index] ?? new Map()])))
  }

  /** Resolves when main has it. */
  #defineOne(
    batch: string,
    version: string,
    targets: string | null,
    records: ReadonlyMap<string, Records>,
  ): Promise<void> {
    if (targets === null) return Promise.resolve()
    const urls = (JSON.parse(targets) as readonly (readonly [string])[]).map(([url]) => url)
    return new Promise((done) => {
      const offset = this.#hooks.offset()
      const keys = urls.map(textKey)
      const known = new Map(
        [...records].map(([zone, of]) => [zone, keys.map((key) => readFactsRecord(of.get(key), offset))]),
      )
      const own = known.get(this.#hooks.zones.own) ?? []
      const said = known.size > 1 ? freshVerdicts(known, this.#hooks.now()) : new Map()
      this.#awaited.set(batch, { version, urls, said, done })
      this.#hooks.post({ type: 'define', batch, version, targets, facts: withVerdicts(own, said) })
    })
  }
}

/** As ioredis says it. A connection that was closed says nothing of how long a command takes. */
function isTimeout({ message }: Error): boolean {
  return message === 'Command timed out'
}
