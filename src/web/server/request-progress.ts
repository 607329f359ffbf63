import type { Socket } from 'node:net'
import { ApiError } from './api-error.ts'
import { UnreadBytes } from './unread-bytes.ts'

/** There may be room for an answer again after this long, in s. */
const RETRY_AFTER_S = '5'

/** A request from its arrival until its response has been sent, or its client has gone. */
export class RequestProgress {
  readonly #socket: Pick<Socket, 'destroy'>
  readonly #unread: UnreadBytes
  readonly #acts: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #isEndless = false
  #isOver = false

  /** `unread`: those of all requests. */
  constructor(socket: Pick<Socket, 'destroy'>, unread: UnreadBytes = new UnreadBytes()) {
    this.#socket = socket
    this.#unread = unread
  }

  /** Whether nobody waits for the response any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** The response may take this long from now on, in ms, or its connection is closed; null: nothing ends it but its reader. */
  setTimeLimit(ms: number | null): void {
    clearTimeout(this.#timer)
    this.#isEndless = ms === null
    if (ms !== null && !this.#isOver) this.#timer = setTimeout(() => this.#socket.destroy(), ms)
  }

  /** Whoever asked may not have any more: a response without a limit ends, with its connection. Others go on to their end. */
  revoke(): void {
    if (this.#isEndless && !this.#isOver) this.#socket.destroy()
  }

  /** Its answer takes so many bytes until it is over. To be called before the answer is made. Throws an ApiError if there is no room for it. */
  hold(bytes: number): void {
    if (this.#isOver) return
    const giveBack = this.#unread.take(bytes)
    if (giveBack === null)
      throw new ApiError(503, 'too many answers that are not read yet', { 'Retry-After': RETRY_AFTER_S })
    this.whenOver(giveBack)
  }

  /** Calls `act` when it is over; at once if it is. */
  whenOver(act: () => void): void {
    if (this.#isOver) act()
    else this.#acts.push(act)
  }

  /** It is over. */
  end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    for (const act of this.#acts.splice(0)) act()
  }
}
