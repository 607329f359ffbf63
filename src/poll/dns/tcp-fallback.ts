import { classify } from '../attempt/classify.ts'
import type { NameServer } from './name-server.ts'
import { readReply } from './reply.ts'
import type { Reply } from './reply.ts'
import { TcpQueryError } from './tcp-query.ts'

/** Deadline of a query over TCP, in ms. */
const TCP_MS = 3_000

/** Deadline if the reply over UDP had some of the addresses, in ms. */
const TCP_WITH_PART_MS = 1_000

/** Repeats a query over TCP because the reply over UDP was truncated. */
export class TcpFallback {
  readonly server: NameServer
  /** The truncated reply. */
  readonly part: Reply
  /** In ms. */
  readonly expiresAt: number
  readonly #cancel: () => void

  /** `done` is called with the reply, or with why there is none, unless `stop` is called before. */
  constructor(
    server: NameServer,
    query: Buffer,
    part: Reply,
    now: number,
    done: (result: Reply | string) => void,
  ) {
    this.server = server
    this.part = part
    this.expiresAt = now + (part.addresses.length > 0 ? TCP_WITH_PART_MS : TCP_MS)
    this.#cancel = server.askOverTcp(query, (result) => {
      if (result instanceof TcpQueryError) return done(result.message)
      if (result instanceof Error) return done(classify(result).detail)
      const reply = readReply(result, query)
      done(reply === 'foreign' || reply === 'malformed' ? 'the answer is malformed' : reply)
    })
  }

  /** Ends it. */
  stop(): void {
    this.#cancel()
  }
}
