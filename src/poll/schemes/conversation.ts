import type { Socket } from 'node:net'
import type { TalkStep } from '../../settings/talk.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { classify } from '../attempt/classify.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { excerpt } from '../checks/excerpt.ts'
import { mask } from '../checks/mask.ts'
import { closeSoon } from '../dial/close-soon.ts'

/** The most bytes of one answer that are kept. */
export const MAX_ANSWER_BYTES = 16_384

/** The bytes looked at for one answer, after which more of it is looked at every SEARCH_MS. */
const MAX_EAGER_BYTES = 262_144

/** In ms. */
const SEARCH_MS = 100

const NOTHING = Buffer.alloc(0)

/** Sends to a connected socket and reads its answers, until `release`. */
export class Conversation {
  readonly #socket: Socket
  readonly #steps: readonly TalkStep[]
  #received: Buffer = NOTHING
  #ended: Failure | null = null
  #changed: () => void = () => {}

  /** The socket is paused, without listeners. `steps`: what will be sent, and no failure shows. */
  constructor(socket: Socket, steps: readonly TalkStep[] = []) {
    this.#socket = socket
    this.#steps = steps
    socket.on('data', this.#take).on('error', this.#fail).on('end', this.#end).on('close', this.#end)
    socket.resume()
  }

  /** What the server has sent since `send` or `consume` was called. */
  get received(): Buffer {
    return this.#received
  }

  /** What the server has sent, or a part of it, in a text for people. */
  quote(part: Buffer = this.#received): string {
    return quoteAnswer(part, this.#steps)
  }

  /** Sends bytes. What was received before is forgotten: what comes now is the answer. */
  send(bytes: string | Buffer): void {
    this.#received = NOTHING
    this.write(bytes)
  }

  /** Sends bytes, and forgets nothing. */
  write(bytes: string | Buffer): void {
    if (bytes.length > 0) this.#socket.write(bytes)
  }

  /** Forgets the first of the bytes received. */
  consume(bytes: number): void {
    this.#received = this.#received.subarray(bytes)
  }

  /** What the server has sent is this instead: a part of it needed an answer of its own. */
  replace(received: Buffer): void {
    this.#received = received
  }

  /** Sends the last bytes, and closes the connection when all is on its way. */
  end(bytes: Buffer): void {
    this.write(bytes)
    closeSoon(this.#socket)
  }

  /**
   * Waits, as the step 'wait', until `find` returns something for the bytes received. It is called at each piece, but a server that
   * sends many small ones can't make that take more than a few times the whole: then it is called every SEARCH_MS. Failures: closed,
   * reset, timeout, tls, local; protocol if there are more than MAX_ANSWER_BYTES.
   */
  receive<T extends object>(
    attempt: Attempt,
    find: (received: Buffer) => T | Failure | null,
  ): Promise<T | Failure> {
    return attempt.step<T>('wait', (done) => {
      let spent = 0
      let timer: NodeJS.Timeout | null = null
      const stop = () => {
        if (timer !== null) clearTimeout(timer)
        this.#changed = () => {}
      }
      const search = () => {
        timer = null
        spent += this.#received.length
        const found = find(this.#received) ?? this.#ended ?? this.#overflow()
        if (found === null) return
        stop()
        done(found)
      }
      this.#changed = () => {
        const isLast = this.#ended !== null || this.#received.length > MAX_ANSWER_BYTES
        if (isLast || spent < MAX_EAGER_BYTES) search()
        else timer ??= setTimeout(search, SEARCH_MS)
      }
      search()
      return stop
    })
  }

  /** Reads no more. The socket is as it was before. */
  release(): void {
    const socket = this.#socket.pause()
    socket.removeListener('data', this.#take).removeListener('error', this.#fail)
    socket.removeListener('end', this.#end).removeListener('close', this.#end)
  }

  #overflow(): Failure | null {
    if (this.#received.length <= MAX_ANSWER_BYTES) return null
    return failure('protocol', `more than ${MAX_ANSWER_BYTES} bytes without an end: ${this.quote()}`)
  }

  readonly #take = (chunk: Buffer): void => {
    if (this.#received.length > MAX_ANSWER_BYTES) return
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    this.#changed()
  }

  readonly #fail = (error: Error): void => {
    this.#ended ??= classify(error)
    this.#changed()
  }

  readonly #end = (): void => {
    this.#ended ??= failure('closed')
    this.#changed()
  }
}

/**
 * The beginning of an answer in a text for people. It may hold any characters: escape it before printing. Runs of the texts that were
 * sent are replaced: a server may repeat a password.
 */
export function quoteAnswer(received: Buffer, steps: readonly TalkStep[] = []): string {
  const sent = steps.flatMap(([action, text]) =>
    action === 'send' ? [Buffer.from(text, 'latin1').toString().replaceAll(/\s+/g, ' ')] : [],
  )
  return `"${mask(excerpt(received.toString()), [...sent, ...sent.flatMap((text) => text.split(' '))])}"`
}
