import { setTimeout as sleep } from 'node:timers/promises'
import type { MessagePort } from 'node:worker_threads'
import type { SharedStateMessage, SharedStateReply } from '../../threads/alerter-protocol.ts'
import { LEASE_MS } from '../share/lease.ts'
import type { Fields } from './alert-state.ts'
import type { Engine } from './engine.ts'
import { ALERT_JOB } from './keys.ts'
import { quietly } from './quietly.ts'
import { SoleJob } from './sole-job.ts'

/** When the engine has no state, a machine that knows one goes first: others wait so long, in ms. */
const PRECEDENCE_MS = 4_000

/** At the end, how long the alerter is waited for, in ms, and how often is looked. */
const LEAVE_MS = 600
const LEAVE_CHECK_MS = 10

/**
 * The job of telling people of alerts: one machine holds it, and runs an alerter for as long. The state lies in the engine, and here too:
 * an engine that has lost it, or the last of it, gets it back.
 */
export class AlertsJob {
  readonly #engine: Engine
  readonly #run: string
  readonly #job: SoleJob
  /** Told whether this machine tells people. */
  readonly #changed: (isHeld: boolean) => void
  #isWanted = false
  #isHeld = false
  #isTurning = false
  /** No notification may be sent after this time, in ms of the monotonic clock. */
  #until = Number.NEGATIVE_INFINITY
  #missingAt: number | null = null
  #port: MessagePort | null = null
  /** The state, as this machine has made it or read it. Bounded by what fires. */
  readonly #known = new Map<string, string>()
  #change = 0
  /** What the engine does not have yet. */
  #unsaved: { readonly fields: Fields; readonly from: MessagePort }[] = []
  #isSaving = false

  constructor(engine: Engine, run: string, changed: (isHeld: boolean) => void) {
    this.#engine = engine
    this.#run = run
    this.#job = new SoleJob(engine.alerts, ALERT_JOB, run)
    this.#changed = changed
  }

  /** This machine tells people. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** There are alerts in the configuration of this machine. */
  want(): void {
    this.#isWanted = true
  }

  /** An alerter has started: it gets the state, and changes it from now on. */
  serve(port: MessagePort): void {
    this.#port?.close()
    this.#port = port
    port.on('message', ({ fields }: SharedStateMessage) => this.#take(fields, port))
    port.once('close', () => {
      if (this.#port === port) this.#port = null
    })
    reply(this.#port, { type: 'state', fields: [...this.#known] })
    reply(this.#port, { type: 'lease', until: this.#until })
  }

  /** Renews its lock. The request is sent at `sentAt`. */
  async renew(sentAt: number): Promise<void> {
    if (this.#job.token === null) return
    await this.#job.renew()
    if (this.#job.token === null) return this.#lose()
    this.#until = Math.max(this.#until, sentAt + LEASE_MS)
    reply(this.#port, { type: 'lease', until: this.#until })
    void this.#save()
  }

  /** Time passes. When the lease is over, another machine may have the job. */
  tick(now: number): void {
    if (this.#job.token !== null && this.#isHeld && now >= this.#until) this.#lose()
  }

  /** Takes the job, if nobody has it. `isReady`: this machine knows all URLs. Rejects when the engine does not answer. */
  async turn(isReady: boolean, isDrained: boolean, now: number): Promise<void> {
    if (isDrained && this.#isHeld && !this.#isTurning) return this.leave()
    if (!this.#isWanted || !isReady || isDrained || this.#isHeld || this.#isTurning) return
    this.#isTurning = true
    try {
      if (!(await this.#mayTake(now)) || !this.#isWanted || !(await this.#job.attempt(now))) return
      const { token } = this.#job
      this.#until = now + LEASE_MS
      if (!(await this.#open())) return this.#job.drop()
      // It may have lost the job while it read, or the run is ending.
      if (this.#job.token !== token || !this.#isWanted) return
      this.#isHeld = true
      this.#changed(true)
    } catch (error) {
      this.#job.drop()
      throw error
    } finally {
      this.#isTurning = false
    }
  }

  /** Has another machine go on, when the alerter has ended: it has what it needs for that, and may still say what it has sent. `isOver`: the run ends. */
  async leave(isOver = false): Promise<void> {
    if (isOver) this.#isWanted = false
    while (this.#isTurning) await sleep(LEAVE_CHECK_MS)
    this.#isTurning = true
    if (this.#isHeld) {
      this.#changed(false)
      const isBusy = () => this.#port !== null || this.#unsaved.length > 0
      for (let waited = 0; waited < LEAVE_MS && isBusy(); waited += LEAVE_CHECK_MS)
        await sleep(LEAVE_CHECK_MS)
    }
    this.#isHeld = false
    await quietly(this.#job.release())
    this.#isTurning = false
  }

  /** What another machine has changed counts. A machine that knows a state which the engine has lost goes first. */
  async #mayTake(now: number): Promise<boolean> {
    const last = await this.#engine.alertState.lastChange()
    if (last !== null && last.run !== this.#run) this.#forget()
    this.#missingAt = last === null ? (this.#missingAt ?? now) : null
    return this.#missingAt === null || this.#known.size > 0 || now - this.#missingAt >= PRECEDENCE_MS
  }

  /** Reads the state, or writes that which the engine has lost. Resolves with whether the job is still held. */
  async #open(): Promise<boolean> {
    const token = this.#job.token as string
    const last = await this.#engine.alertState.lastChange()
    const isBehind = last === null || (last.run === this.#run && last.number < this.#change)
    this.#unsaved = []
    if (isBehind && this.#known.size > 0) {
      const stale = [...(await this.#engine.alertState.read()).keys()].filter(
        (name) => !this.#known.has(name),
      )
      const fields = [...stale.map((name) => [name, null] as const), ...this.#known]
      return this.#engine.alertState.write(token, { run: this.#run, number: this.#change }, fields)
    }
    this.#forget()
    this.#change = last?.run === this.#run ? last.number : 0
    for (const [name, text] of await this.#engine.alertState.read()) this.#known.set(name, text)
    return true
  }

  #take(fields: Fields, from: MessagePort): void {
    for (const [name, text] of fields)
      if (text === null) this.#known.delete(name)
      else this.#known.set(name, text)
    this.#change++
    this.#unsaved.push({ fields, from })
    void this.#save()
  }

  /** If the engine is away, the next renewal that succeeds tries again. */
  async #save(): Promise<void> {
    if (this.#isSaving) return
    this.#isSaving = true
    try {
      for (let first = this.#unsaved[0]; first !== undefined; first = this.#unsaved[0]) {
        const { token } = this.#job
        if (token === null) return
        const number = this.#change - this.#unsaved.length + 1
        if (!(await this.#engine.alertState.write(token, { run: this.#run, number }, first.fields)))
          return this.#lose()
        if (this.#unsaved[0] !== first) continue
        this.#unsaved.shift()
        reply(first.from, { type: 'saved' })
      }
    } catch {
      // Its connection says so.
    } finally {
      this.#isSaving = false
    }
  }

  #lose(): void {
    this.#job.drop()
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#until = Number.NEGATIVE_INFINITY
    reply(this.#port, { type: 'lease', until: this.#until })
    this.#changed(false)
  }

  #forget(): void {
    this.#known.clear()
    this.#change = 0
  }
}

function reply(port: MessagePort | null, message: SharedStateReply): void {
  port?.postMessage(message)
}
