import type { AlertChange } from '../alert.ts'
import type { PlannerTurn } from '../plan/planner-state.ts'

/** How long the alerter waits for more before a turn, in ms: a turn is a transaction. */
const GATHER_MS = 50

/**
 * The most URLs that one turn looks at without a poll, 0.1 s of work: 100,000 may become due at once. Between two turns other threads get the
 * processor, and this one takes in what has come.
 */
const MAX_DUE = 5_000

/** What several turns have looked at is written at once, as each transaction waits for the disk, but not later than this, in ms. */
const MAX_HELD_MS = 3_000

/** The longest time between two turns, in ms. */
const MAX_WAIT_MS = 1_000

/** Polls to alerts: an AlertEngine. */
interface Engine {
  /** Returns whether others of the URLs that are due, of which it looks at no more than `limit`, wait for the next call. */
  tick(now: number, limit: number): boolean
  takeChanges(): AlertChange[]
}

/** Alerts to notifications: a NotificationPlanner. */
interface Planner {
  apply(changes: readonly AlertChange[], now: number): void
  /** `isLast`: the run ends. */
  tick(now: number, isLast: boolean): PlannerTurn
  nextDue(): number
  /** What was to be told after a wait is to be told now. */
  endWaits(now: number): void
}

/** What is known, on the disk: an AlertStore. */
interface Store<Row> {
  /** When `retry` is due, in ms since the epoch; Infinity while all is written. */
  readonly retryAt: number
  write(turn: PlannerTurn): readonly Row[]
  retry(): void
  close(): void
}

/** What sends: a DeliveryQueue. */
interface Queue<Row> {
  readonly nextDue: number
  /** Attempts under way. */
  readonly inFlight: number
  add(rows: readonly Row[]): void
  tick(now: number): void
  close(graceMs: number): Promise<void>
}

/** What else is done from time to time: a Heartbeat. */
interface Periodic {
  readonly nextDue: number
  tick(now: number): unknown
}

/** What an Alerter is made of. */
export interface AlerterParts<Row> {
  readonly engine: Engine
  readonly planner: Planner
  readonly store: Store<Row>
  readonly queue: Queue<Row>
  /** In ms since the epoch, of a clock that is never set. */
  readonly now: () => number
  /** Nothing is told before the end of the run, and then all at once. */
  readonly tellsAtEnd: boolean
  /** What is to be told after a wait is told by a later run; false: at the end of this one. */
  readonly keepsWaits: boolean
}

/**
 * What the alerter thread does, again and again: what the rules make of polls is planned, written in one transaction, and only then sent.
 * Nothing that was written is lost: whoever opens the file next goes on with it.
 */
export class Alerter<Row> {
  readonly #parts: AlerterParts<Row>
  #periodic: Periodic | null = null
  #timer: NodeJS.Timeout | undefined
  /** Since when turns have written nothing; null: the last one has. */
  #heldSince: number | null = null
  #timerAt = Number.POSITIVE_INFINITY
  #isEnding = false
  /** Called when the queue may have become empty. */
  #settled: () => void = () => {}

  constructor(parts: AlerterParts<Row>) {
    this.#parts = parts
    this.#wakeAt(parts.now())
  }

  /** Does this too, whenever it is due. */
  setPeriodic(periodic: Periodic | null): void {
    this.#periodic = periodic
    this.wake()
  }

  /** Something has come: there is a turn soon. */
  wake(): void {
    this.#wakeAt(this.#parts.now() + GATHER_MS)
  }

  /** An attempt to send has ended: another may be due. */
  settled(): void {
    this.#settled()
    if (!this.#isEnding) this.wake()
  }

  /** One turn, now. What is known by then is written when it returns. */
  turn(): void {
    this.#turn(false)
  }

  #turn(mayHold: boolean): void {
    const { engine, planner, store, queue, now, tellsAtEnd, keepsWaits } = this.#parts
    const at = now()
    const isBehind = engine.tick(at, this.#isEnding ? Infinity : MAX_DUE)
    void this.#periodic?.tick(at)
    if (!tellsAtEnd || this.#isEnding) {
      const changes = engine.takeChanges()
      if (changes.length > 0) planner.apply(changes, at)
      if (this.#isEnding && !keepsWaits) planner.endWaits(at)
      if (!(mayHold && isBehind && this.#holds(at))) {
        this.#heldSince = null
        queue.add(store.write(planner.tick(at, this.#isEnding)))
      }
    }
    if (store.retryAt <= at) store.retry()
    queue.tick(at)
    this.#scheduleNext(at, isBehind)
  }

  #holds(at: number): boolean {
    this.#heldSince ??= at
    return at - this.#heldSince < MAX_HELD_MS
  }

  /** The last turn. Resolves when all that can be sent within `patienceMs` is sent, and the file is closed. */
  async finish(patienceMs: number): Promise<void> {
    const { queue, store, now } = this.#parts
    const until = now() + patienceMs
    this.#isEnding = true
    this.turn()
    clearTimeout(this.#timer)
    while (now() < until && (queue.inFlight > 0 || queue.nextDue <= until)) {
      await this.#attemptEnded(Math.min(until, queue.nextDue) - now())
      queue.tick(now())
    }
    await queue.close(Math.max(0, until - now()))
    store.close()
  }

  /** Resolves when an attempt has ended, or after `ms`. */
  #attemptEnded(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, ms))
      this.#settled = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #scheduleNext(at: number, isBehind: boolean): void {
    if (this.#isEnding) return
    const { planner, store, queue, now } = this.#parts
    const due = Math.min(
      isBehind ? at : at + MAX_WAIT_MS,
      planner.nextDue(),
      store.retryAt,
      queue.nextDue,
      this.#periodic?.nextDue ?? Number.POSITIVE_INFINITY,
    )
    this.#wakeAt(Math.max(due, now() + GATHER_MS))
  }

  #wakeAt(at: number): void {
    if (at >= this.#timerAt || this.#isEnding) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY
        this.#turn(true)
      },
      Math.max(1, at - this.#parts.now()),
    )
  }
}
