import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { HandedOver } from '../schedule/handover.ts'
import type { Cadence } from '../resource/cadence.ts'
import { MAX_RETRY_AFTER_MS } from '../settings/retry-after.ts'
import { effectiveIntervalMs } from '../resource/cadence.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { ClusterEvent, ClusterMessage } from './engine/messages.ts'
import type { PlannedUrls } from './planned-urls.ts'
import { FactsBatch, unpackFactsBatch } from './share/facts.ts'
import type { Facts } from './share/facts.ts'
import { firstSlot, slotAfterPoll, takenOver } from './share/slots.ts'

/** How long polls in flight are waited for before a batch is handed back without their results, in ms. Their URLs rest until the polls are over. */
const PATIENCE_MS = 500

/** Time between two looks whether they are back, in ms. */
const CHECK_MS = 20

/** What is known of polled Resources is told after this time at the latest, in ms. */
const FACTS_MS = 200

type Lent = Extract<ClusterEvent, { type: 'lend' }>

/** The part of main that owns Resources. */
export interface Polling {
  adopt(resources: readonly HandedOver[]): void
  giveUp(ids: readonly ResourceId[]): ResourceId[]
  isLent(id: ResourceId): boolean
  stateOf(id: ResourceId): HandedOver
  /** Has pollers begin no poll of these, which they have. */
  revoke(ids: readonly ResourceId[]): void
}

/** Where what is known of a URL comes from. */
export interface UrlFacts {
  url(id: ResourceId): string
  cadence(id: ResourceId): Cadence
  /** The longest that a step of its polls takes, in ms. */
  timeoutMs(id: ResourceId): number
}

/** The batches that this machine polls. */
export class HeldBatches {
  readonly #planned: PlannedUrls
  readonly #urls: UrlFacts
  readonly #polling: Polling
  readonly #post: (message: ClusterMessage, transfer?: ArrayBuffer[]) => void
  readonly #held = new Set<string>()
  readonly #facts = new Set<ResourceId>()
  #timer: NodeJS.Timeout | null = null

  constructor(
    planned: PlannedUrls,
    urls: UrlFacts,
    polling: Polling,
    post: (message: ClusterMessage, transfer?: ArrayBuffer[]) => void,
  ) {
    this.#planned = planned
    this.#urls = urls
    this.#polling = polling
    this.#post = post
  }

  /** Polls a batch from now on. */
  lend(lent: Lent): void {
    const known = new Map<ResourceId, Facts>()
    unpackFactsBatch(lent.facts, (id, facts) => known.set(id, facts))
    this.#held.add(lent.batch)
    this.#polling.adopt(this.#planned.of(lent.batch).map((id) => this.#adopted(id, known.get(id), lent)))
  }

  /** Polls a batch no more, and tells what is known of it when its polls in flight are back, or late. */
  recall(batch: string): void {
    // One that was taken while this machine was already ending was never polled here.
    if (!this.#held.delete(batch)) return this.#post({ type: 'returned', batches: [batch] })
    const ids = this.#planned.of(batch)
    let lent = this.#polling.giveUp(ids)
    const finish = () => {
      for (const id of ids) this.#facts.add(id)
      this.#flush(new Set(lent))
      this.#post({ type: 'returned', batches: [batch] })
    }
    if (lent.length === 0) return finish()
    // What waits in a poller could begin when another machine has the batch.
    this.#polling.revoke(lent)
    let waited = 0
    const timer = setInterval(() => {
      lent = lent.filter((id) => this.#polling.isLent(id))
      waited += CHECK_MS
      if (lent.length > 0 && waited < PATIENCE_MS) return
      clearInterval(timer)
      finish()
    }, CHECK_MS)
  }

  /** Polls batches no more, which belong to others. Returns the Resources of them that pollers still have. */
  drop(batches: readonly string[]): ResourceId[] {
    const lent: ResourceId[] = []
    for (const batch of batches) {
      this.#held.delete(batch)
      for (const id of this.#polling.giveUp(this.#planned.of(batch))) lent.push(id)
    }
    this.#post({ type: 'returned', batches })
    return lent
  }

  /** The same of all that is held. */
  dropAll(): ResourceId[] {
    return this.drop([...this.#held])
  }

  /** Resources came back from their polls. */
  polled(resources: readonly PolledResource[]): void {
    for (const { id } of resources) this.#facts.add(id)
    this.#timer ??= setTimeout(() => this.#flush(), FACTS_MS)
  }

  #adopted(id: ResourceId, facts: Facts | undefined, { from, clean, offset }: Lent): HandedOver {
    const cadence = this.#urls.cadence(id)
    if (facts === undefined) {
      const { slotAt } = firstSlot(this.#urls.url(id), cadence.intervalMs, from + offset)
      const dueAt = slotAt - offset
      const unknown = {
        verdict: 'pending',
        errCount: 0,
        notBefore: 0,
        headRefusedUntil: 0,
        refusedStatus: 0,
      } as const
      return { resource: { id, dueAt, ...unknown }, slotAt: dueAt }
    }
    const stepMs = effectiveIntervalMs(cadence, facts.errCount)
    // Further off, the clock of the cluster's server was set back since.
    const notBefore = Math.min(facts.notBefore, from + MAX_RETRY_AFTER_MS)
    const { slotAt, dueAt } = takenOver(facts, stepMs, notBefore, from, clean)
    const { verdict, errCount, headRefusedUntil, refusedStatus } = facts
    return { resource: { id, dueAt, verdict, errCount, notBefore, headRefusedUntil, refusedStatus }, slotAt }
  }

  /** What is known of a URL. `isPolled`: a poll is in flight and does not end in time. Pollers begin no further step of it. */
  #factsOf(id: ResourceId, isPolled: boolean): Facts {
    const { resource, slotAt } = this.#polling.stateOf(id)
    if (!isPolled) return { ...resource, slotAt }
    const { dueAt, notBefore, errCount } = resource
    const until = monotonicMs() + this.#urls.timeoutMs(id)
    const stepMs = effectiveIntervalMs(this.#urls.cadence(id), errCount)
    const next = slotAfterPoll({ slotAt, dueAt }, stepMs, until)
    return { ...resource, ...next, notBefore: Math.max(notBefore, until) }
  }

  /** `lent`: those whose polls do not end in time. */
  #flush(lent: ReadonlySet<ResourceId> = new Set()): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const packed = new FactsBatch()
    for (const id of this.#facts)
      if (this.#planned.batchOf(id) !== undefined) packed.add(id, this.#factsOf(id, lent.has(id)))
    this.#facts.clear()
    if (packed.length === 0) return
    const facts = packed.take()
    this.#post({ type: 'facts', facts }, [facts])
  }
}
