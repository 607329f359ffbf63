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

interface Waiting {
  readonly client: string
  readonly start: () => Promise<boolean>
  readonly result: PromiseWithResolvers<boolean | null>
  /** Requests that wait for it. */
  requesters: number
}

/** Checks of passwords that wait for their turn. Bounded, for each client too; those that nobody waits for any more are left out. */
export class PasswordQueue {
  /** In their order. */
  readonly #waiting = new Map<string, Waiting>()
  /** The first of them is being checked. */
  #isChecking = false

  /** Whether a client may have another password checked. */
  hasRoomFor(client: string): boolean {
    let ofClient = 0
    for (const waiting of this.#waiting.values()) if (waiting.client === client) ofClient++
    return this.#waiting.size < MAX_WAITING && ofClient < MAX_OF_CLIENT
  }

  /** The result of a check that waits already, or is under way; undefined: there is none. Resolves with null if the requester has gone. */
  join(key: string, requester: Requester): Promise<boolean | null> | undefined {
    const waiting = this.#waiting.get(key)
    return waiting === undefined ? undefined : this.#wait(key, waiting, requester)
  }

  /** Adds a check, which begins with `start`. Resolves with what that does, or with null if the requester has gone before. */
  add(key: string, requester: Requester, start: () => Promise<boolean>): Promise<boolean | null> {
    const { client } = requester
    const waiting = { client, start, result: Promise.withResolvers<boolean | null>(), requesters: 0 }
    this.#waiting.set(key, waiting)
    const result = this.#wait(key, waiting, requester)
    this.#next()
    return result
  }

  #wait(key: string, waiting: Waiting, requester: Requester): Promise<boolean | null> {
    waiting.requesters++
    requester.whenOver(() => {
      const [first] = this.#waiting.values()
      // The one that is being checked goes on: its result is kept.
      if (--waiting.requesters > 0 || this.#waiting.get(key) !== waiting || waiting === first) return
      this.#waiting.delete(key)
      waiting.result.resolve(null)
    })
    return waiting.result.promise
  }

  #next(): void {
    const [first] = this.#waiting
    if (this.#isChecking || first === undefined) return
    const [key, { start, result }] = first
    this.#isChecking = true
    void start()
      .then(result.resolve, result.reject)
      .finally(() => {
        this.#isChecking = false
        this.#waiting.delete(key)
        this.#next()
      })
  }
}
