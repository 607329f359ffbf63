/** Passwords that wait to be checked, with the one that is being checked: one at a time takes a CPU. */
const MAX_WAITING = 16

/** Those of one client: the others are left for other clients, however long a check takes. */
const MAX_OF_CLIENT = 4

/** Whoever waits for a check. */
export interface Requester {
  /** What limits count by. */
  readonly client: string
  /** Calls `act` when it waits no more; at once if it has gone. */
  whenOver(act: () => void): void
}

/** Whether a password is right. `gone`: its requester has gone. `displaced`: a client that had fewer waiting has got its place. */
export type CheckResult = boolean | 'gone' | 'displaced'

interface Waiting {
  readonly key: string
  readonly client: string
  readonly start: () => Promise<boolean>
  readonly result: PromiseWithResolvers<CheckResult>
  /** Requests that wait for it. */
  requesters: number
}

/**
 * Checks of passwords that wait for their turn. Bounded, for each client too: of clients that fill it, the one with the most gives a place up
 * to another. Clients take turns. Checks that nobody waits for any more are left out.
 */
export class PasswordQueue {
  /** In the order of their arrival. */
  readonly #waiting = new Map<string, Waiting>()
  /** The one of them that is being checked. */
  #checking: Waiting | null = null
  /** Clients that wait and had a turn, those with the latest last. */
  readonly #served = new Set<string>()

  /** Whether a client may have another password checked. */
  hasRoomFor(client: string): boolean {
    if (this.#of(client).length >= MAX_OF_CLIENT) return false
    return this.#waiting.size < MAX_WAITING || this.#displaceable(client) !== undefined
  }

  /** The result of a check that waits already, or is under way; undefined: there is none. */
  join(key: string, requester: Requester): Promise<CheckResult> | undefined {
    const waiting = this.#waiting.get(key)
    return waiting === undefined ? undefined : this.#wait(waiting, requester)
  }

  /** Adds a check of a client that there is room for, which begins with `start`. Settles as that does. */
  add(key: string, requester: Requester, start: () => Promise<boolean>): Promise<CheckResult> {
    const { client } = requester
    const displaced = this.#waiting.size < MAX_WAITING ? undefined : this.#displaceable(client)
    if (displaced !== undefined) this.#end(displaced, 'displaced')
    const waiting = { key, client, start, result: Promise.withResolvers<CheckResult>(), requesters: 0 }
    this.#waiting.set(key, waiting)
    const result = this.#wait(waiting, requester)
    this.#next()
    return result
  }

  #wait(waiting: Waiting, requester: Requester): Promise<CheckResult> {
    waiting.requesters++
    requester.whenOver(() => {
      // The one that is being checked goes on: its result is kept.
      if (--waiting.requesters > 0 || this.#waiting.get(waiting.key) !== waiting) return
      if (waiting !== this.#checking) this.#end(waiting, 'gone')
    })
    return waiting.result.promise
  }

  #end({ key, result }: Waiting, how: 'gone' | 'displaced'): void {
    this.#waiting.delete(key)
    result.resolve(how)
  }

  #of(client: string): Waiting[] {
    return [...this.#waiting.values()].filter((one) => one.client === client)
  }

  /** The last check of the client with the most, if it has more than this one would have. */
  #displaceable(client: string): Waiting | undefined {
    const clients = new Set([...this.#waiting.values()].map((one) => one.client))
    const most = [...clients].map((one) => this.#of(one)).reduce((a, b) => (b.length >= a.length ? b : a), [])
    return most.length > this.#of(client).length + 1
      ? most.findLast((one) => one !== this.#checking)
      : undefined
  }

  #next(): void {
    if (this.#checking !== null) return
    const waiting = this.#first()
    if (waiting === undefined) return
    const { key, client, start, result } = waiting
    this.#checking = waiting
    this.#served.delete(client)
    this.#served.add(client)
    void start()
      .then(result.resolve, result.reject)
      .finally(() => {
        this.#checking = null
        this.#waiting.delete(key)
        for (const one of this.#served) if (this.#of(one).length === 0) this.#served.delete(one)
        this.#next()
      })
  }

  /** The first check of the client that has waited longest for a turn. */
  #first(): Waiting | undefined {
    const served = [...this.#served]
    const turn = ({ client }: Waiting) => served.indexOf(client)
    return [...this.#waiting.values()].toSorted((a, b) => turn(a) - turn(b))[0]
  }
}
