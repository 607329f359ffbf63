import { LOCK_MS } from '../../../src/cluster/share/lease.ts'

/** A job: a batch that a machine may hold. */
interface Job {
  /** Null: nobody holds it. */
  token: string | null
  lockedUntil: number
  isWaiting: boolean
}

/** What the engine does, without a server: the queue, the locks, the looks for jobs of the dead. Its clock is an argument, and may jump. */
export class SimulatedEngine {
  #jobs = new Map<string, Job>()
  #waiting = new Set<string>()
  /** Batches that were handed back by their last holder. That is known beside their jobs, and longer. */
  #clean = new Set<string>()
  #checkedAt = 0

  add(batch: string): void {
    if (this.#jobs.has(batch)) return
    this.#jobs.set(batch, { token: null, lockedUntil: 0, isWaiting: true })
    this.#waiting.add(batch)
  }

  /** Lends a batch, by default the one that has waited longest. Null: none waits, or not that one. */
  take(
    token: string,
    now: number,
    batch = [...this.#waiting.values().take(1)][0],
  ): { readonly batch: string; readonly clean: boolean } | null {
    if (batch === undefined || !this.#waiting.has(batch)) return null
    this.#waiting.delete(batch)
    const job = this.#jobs.get(batch) as Job
    Object.assign(job, { token, lockedUntil: now + LOCK_MS, isWaiting: false })
    return { batch, clean: this.#clean.delete(batch) }
  }

  /** Renews locks. Returns those that are refused. */
  renew(held: readonly (readonly [batch: string, token: string])[], now: number): string[] {
    return held.flatMap(([batch, token]) => {
      if (!this.#holds(batch, token, now)) return [batch]
      ;(this.#jobs.get(batch) as Job).lockedUntil = now + LOCK_MS
      return []
    })
  }

  /** Whether a report of this holder is accepted. */
  report(batch: string, token: string, now: number): boolean {
    return this.#holds(batch, token, now)
  }

  /** Takes a batch back. */
  release(batch: string, token: string, clean: boolean, now: number): boolean {
    if (!this.#holds(batch, token, now)) return false
    const job = this.#jobs.get(batch) as Job
    Object.assign(job, { token: null, lockedUntil: 0, isWaiting: true })
    if (clean) this.#clean.add(batch)
    this.#waiting.add(batch)
    return true
  }

  /** Ends a batch that the planner has taken out of the plan, unless a machine holds it. */
  remove(batch: string, now: number): boolean {
    const job = this.#jobs.get(batch)
    if (job !== undefined && job.token !== null && job.lockedUntil > now) return false
    this.#jobs.delete(batch)
    this.#waiting.delete(batch)
    return true
  }

  /** Puts batches back whose lock has run out. Each machine asks for it; it is done once in a while. */
  recoverStalled(now: number, everyMs: number): void {
    if (now - this.#checkedAt < everyMs && now >= this.#checkedAt) return
    this.#checkedAt = now
    for (const [batch, job] of this.#jobs) {
      if (job.isWaiting || job.lockedUntil > now) continue
      job.token = null
      job.isWaiting = true
      this.#waiting.add(batch)
    }
  }

  /** Forgets everything. */
  flush(): void {
    this.#jobs.clear()
    this.#waiting.clear()
    this.#clean.clear()
  }

  /** A copy of all that it knows: what is on its disk. */
  saved(): () => void {
    const jobs = new Map([...this.#jobs].map(([batch, job]) => [batch, { ...job }]))
    const waiting = new Set(this.#waiting)
    const clean = new Set(this.#clean)
    return () => {
      this.#jobs = new Map([...jobs].map(([batch, job]) => [batch, { ...job }]))
      this.#waiting = new Set(waiting)
      this.#clean = new Set(clean)
    }
  }

  #holds(batch: string, token: string, now: number): boolean {
    const job = this.#jobs.get(batch)
    return job !== undefined && job.token === token && job.lockedUntil > now
  }
}
