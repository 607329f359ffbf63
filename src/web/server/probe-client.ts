import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../../runtime/clock.ts'
import type {
  ProbeEvent,
  ProbeMessage,
  ProbeReply,
  ProbeRequest,
  ServedModules,
} from '../../threads/probe-protocol.ts'

/** Probes that wait for their replies at the same time. */
const MAX_PENDING = 2_048

/** A reply that comes this long after the deadline is not waited for, in ms. */
const GRACE_MS = 400

/** How often that is checked, in ms. */
const CHECK_MS = 200

/** Why there is no reply. */
export type NoReply = 'busy' | 'lost'

/** A probe that was asked for. */
interface Pending {
  readonly deadline: number
  readonly settle: (reply: ProbeReply | NoReply) => void
}

/** Has probes made. */
export class ProbeClient {
  readonly #main: MessagePort
  readonly #pending = new Map<number, Pending>()
  #requests: ProbeRequest[] = []
  #cancelled: number[] = []
  #lastId = 0
  #timer: NodeJS.Timeout | null = null
  #served: ServedModules = { modules: [], yaml: '' }

  /** `main`: where requests go, and ProbeEvents come from. */
  constructor(main: MessagePort) {
    this.#main = main
    main.on('message', (event: ProbeEvent) => this.#handle(event))
  }

  /** The modules there are. */
  get served(): ServedModules {
    return this.#served
  }

  /** Has a probe made. Never rejects. `whenGone` gets what to call when nobody waits for the reply any more. */
  probe(
    request: Omit<ProbeRequest, 'id'>,
    whenGone: (cancel: () => void) => void,
  ): Promise<ProbeReply | NoReply> {
    if (this.#pending.size >= MAX_PENDING) return Promise.resolve('busy')
    const id = ++this.#lastId
    this.#flushLater()
    this.#requests.push({ id, ...request })
    // The server keeps the thread alive.
    this.#timer ??= setInterval(() => this.#expire(), CHECK_MS).unref()
    return new Promise((settle) => {
      this.#pending.set(id, { deadline: request.deadline, settle })
      whenGone(() => this.#cancel(id))
    })
  }

  /** Its place is free at once: the poller gives it up as soon as it hears of it. */
  #cancel(id: number): void {
    if (!this.#pending.has(id)) return
    this.#flushLater()
    this.#cancelled.push(id)
    this.#settle(id, 'lost')
  }

  /** What is asked in one turn of the event loop goes in one message. */
  #flushLater(): void {
    if (this.#requests.length === 0 && this.#cancelled.length === 0) setImmediate(() => this.#flush())
  }

  #flush(): void {
    if (this.#requests.length > 0)
      this.#main.postMessage({ type: 'probes', requests: this.#requests } satisfies ProbeMessage)
    if (this.#cancelled.length > 0)
      this.#main.postMessage({ type: 'cancel', ids: this.#cancelled } satisfies ProbeMessage)
    this.#requests = []
    this.#cancelled = []
  }

  #handle(event: ProbeEvent): void {
    switch (event.type) {
      case 'poller':
        event.replies.on('message', (replies: readonly ProbeReply[]) => {
          for (const reply of replies) this.#settle(reply.id, reply)
        })
        break
      case 'modules':
        this.#served = event.served
        break
      case 'lost':
        for (const id of event.ids) this.#settle(id, 'lost')
        break
      default:
        event satisfies never
    }
  }

  #settle(id: number, reply: ProbeReply | NoReply): void {
    this.#pending.get(id)?.settle(reply)
    this.#pending.delete(id)
    if (this.#pending.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #expire(): void {
    const until = monotonicMs() - GRACE_MS
    for (const [id, { deadline }] of this.#pending) if (deadline < until) this.#cancel(id)
  }
}
