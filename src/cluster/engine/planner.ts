import { setTimeout as sleep } from 'node:timers/promises'
import { ListSum } from '../share/list-sum.ts'
import { planChanges } from '../share/plan-changes.ts'
import type { Plan, PlanChanges } from '../share/plan-changes.ts'
import { textKey } from '../share/text-hash.ts'
import { chunks } from './chunks.ts'
import type { Engine } from './engine.ts'
import type { TargetText } from './messages.ts'
import { withPlanned } from './planned-already.ts'
import type { PlannerToken } from './planner-token.ts'
import { isComplete, newRevision } from './revision.ts'
import { wantedBatches } from './wanted.ts'
import type { Listed, Wanted } from './wanted.ts'

/** Time between two looks whether batches were handed back, in ms. */
const WAIT_MS = 50

/** Time between two looks for batches whose job was lost, in ms. */
const CHECK_MS = 2_000

/**
 * Makes the plan of what the lists of this machine name, as long as it holds the job of the planner. One that has not read all of its lists
 * adds to the plan, and removes nothing from it.
 */
export class Planner {
  readonly #engine: Engine
  readonly #originOf: (url: string) => string
  readonly #listed = new Map<string, Listed>()
  readonly #sum = new ListSum()
  /** Null: the lists have changed since they were divided. */
  #wanted: ReadonlyMap<string, Wanted> | null = null
  #edits = 0
  #isComplete = false
  #isWhole = false
  #isPlanning = false
  /** The revision that was found to be that of the lists. */
  #settled: string | null = null
  /** What the lock of the job had in the last run. */
  #token = ''
  #checkedAt = Number.NEGATIVE_INFINITY
  #changes = 0

  /** `originOf`: which URLs belong together. */
  constructor(engine: Engine, originOf: (url: string) => string) {
    this.#engine = engine
    this.#originOf = originOf
  }

  /** Whether there is a list to plan. */
  get isReady(): boolean {
    return this.#isComplete && this.#listed.size > 0
  }

  /** Whether there is one, and some list besides was not read yet. */
  get isPart(): boolean {
    return this.isReady && !this.#isWhole
  }

  /** A name for what the lists name; '' until all are read. Two machines with one list have the same. */
  get list(): string {
    return this.isReady && this.#isWhole ? this.#sum.name : ''
  }

  /** The lists name these URLs, with these settings. */
  add(targets: readonly (readonly [url: string, target: TargetText])[]): void {
    for (const [url, target] of targets) {
      this.#forget(url)
      this.#listed.set(url, { url, origin: this.#originOf(url), target })
      this.#sum.add(target)
    }
    this.#edited()
  }

  /** They name these no more. */
  remove(urls: readonly string[]): void {
    for (const url of urls) this.#forget(url)
    this.#edited()
  }

  /** The lists were read. `isWhole`: each of them; a run may start without some. */
  complete(isWhole: boolean): void {
    this.#isComplete = true
    if (isWhole !== this.#isWhole) this.#edited()
    this.#isWhole = isWhole
  }

  /** Has the engine's plan, which has this revision, be that of the lists. Rejects when the engine does not answer. */
  async run(planner: PlannerToken, revision: string, now: number): Promise<void> {
    if (this.#isPlanning || !this.isReady) return
    // Another one may have changed the plan meanwhile.
    if (planner.token !== this.#token) this.#settled = null
    this.#token = planner.token
    const isSettled = this.#settled === revision && this.#wanted !== null
    if (isSettled && now - this.#checkedAt < CHECK_MS) return
    this.#isPlanning = true
    try {
      const wanted = await this.#wantedBatches(revision)
      const current = await this.#engine.plans.versions()
      const changes = planChanges(current, new Map([...wanted].map(([id, { version }]) => [id, version])))
      const { added, replaced, removed } = changes
      // A planner that dies may have begun a change, and even made all of it without saying so.
      if (added.length + replaced.length + removed.length > 0 || !isComplete(revision))
        await this.#change(planner, wanted, current, changes)
      else this.#settled = revision
      this.#checkedAt = now
      await this.#engine.batches.add(await this.#engine.plans.missing())
    } finally {
      this.#isPlanning = false
    }
  }

  /**
   * A URL may move from one batch to another. So the batches that go are taken out of the plan first, and nobody gets the new ones until
   * the holders of the old ones have handed them back, or are dead.
   */
  async #change(
    { token, isHeld, run }: PlannerToken,
    wanted: ReadonlyMap<string, Wanted>,
    current: Plan,
    { added, replaced, removed }: PlanChanges,
  ): Promise<void> {
    const revision = (isWhole: boolean) => newRevision(isWhole, `${run}-${++this.#changes}`)
    const coming = [...added, ...replaced]
    const gone = new Set([...replaced, ...removed])
    for (const chunk of chunks([...gone]))
      if (!(await this.#engine.plans.change(token, revision(false), chunk, []))) return
    // With those that another planner has taken out. If one of them is in the plan again, it was handed back before.
    const leaving = (await this.#engine.plans.leaving()).filter((id) => gone.has(id) || !current.has(id))
    if (!(await this.#handedBack(leaving, isHeld))) return
    await this.#moveFacts(leaving, coming, wanted)
    for (const chunk of chunks(coming)) {
      const definitions = chunk.map((id) => {
        const { version, definition } = wanted.get(id) as Wanted
        return [id, version, definition] as const
      })
      if (!(await this.#engine.plans.change(token, '', [], definitions))) return
    }
    if (!(await this.#engine.plans.change(token, revision(true), [], []))) return
    for (const chunk of chunks(coming)) await this.#engine.batches.add(chunk)
  }

  /** Resolves with true when no machine has any of these, with false when another one is the planner, whose jobs they may be by then. */
  async #handedBack(gone: readonly string[], isHeld: () => boolean): Promise<boolean> {
    for (let left = gone; ; await sleep(WAIT_MS)) {
      left = await this.#engine.plans.existing(left)
      if (!isHeld()) return false
      if (left.length === 0) return true
      for (const id of left) await this.#engine.batches.remove(id)
    }
  }

  /** What is known of URLs moves with them to their new batches. It counts as handed back if that is so for all that they come from. */
  async #moveFacts(
    gone: readonly string[],
    added: readonly string[],
    wanted: ReadonlyMap<string, Wanted>,
  ): Promise<void> {
    const known = new Map<string, { readonly record: Uint8Array; readonly clean: boolean }>()
    for (const chunk of chunks(gone))
      for (const facts of await this.#engine.plans.facts(chunk)) {
        const clean = facts.get('#')?.length === 0
        for (const [key, record] of facts) if (key !== '#') known.set(key, { record, clean })
      }
    if (gone.length === 0) return
    const moved = new Map<string, (string | Uint8Array)[]>()
    for (const id of added) {
      const found = (wanted.get(id) as Wanted).urls.flatMap((url) => {
        const key = textKey(url)
        const one = known.get(key)
        return one === undefined ? [] : [{ key, ...one }]
      })
      const isClean = found.length > 0 && found.every(({ clean }) => clean)
      const fields = found.flatMap(({ key, record }) => [key, record])
      if (found.length > 0) moved.set(id, isClean ? [...fields, '#', ''] : fields)
    }
    await this.#engine.plans.moveFacts(moved, gone)
  }

  #forget(url: string): void {
    const known = this.#listed.get(url)
    if (known !== undefined) this.#sum.remove(known.target)
    this.#listed.delete(url)
  }

  async #wantedBatches(revision: string): Promise<ReadonlyMap<string, Wanted>> {
    if (this.#wanted !== null && (this.#isWhole || this.#settled === revision)) return this.#wanted
    const edits = this.#edits
    const all = this.#isWhole
      ? this.#listed
      : await withPlanned(this.#listed, this.#engine.plans, this.#originOf)
    const wanted = await wantedBatches(all)
    if (edits === this.#edits) this.#wanted = wanted
    return wanted
  }

  #edited(): void {
    this.#edits++
    this.#wanted = null
  }
}
