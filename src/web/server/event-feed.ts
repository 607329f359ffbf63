import type { ServerResponse } from 'node:http'
import { monotonicMs } from '../../runtime/clock.ts'
import { summaryEvent } from './event-text.ts'
import { MonitorError } from './monitor-client.ts'

/** Clients at the same time. Each holds a connection, of which there are 256 or more. */
export const MAX_CLIENTS = 200

/** A client that has not read this many bytes of what it was sent before is too slow. */
const MAX_UNREAD_BYTES = 512 * 1024

/** Questions for each group of clients in one turn. */
const QUESTIONS_PER_TURN = 3

/** Groups of clients at different places that are served in one turn: those furthest behind, and those furthest on. */
const MAX_GROUPS = 8

/** When things are sent, in ms. */
export interface FeedTimes {
  /** Changes are asked for so often. */
  readonly changesMs: number
  readonly summaryMs: number
  /** A comment keeps connections open that proxies would close. */
  readonly heartbeatMs: number
}

const TIMES: FeedTimes = { changesMs: 250, summaryMs: 5_000, heartbeatMs: 15_000 }

/** What comes after a place. */
export interface FeedPart {
  /** Events; '' for none. */
  readonly text: string
  /** The place after them. */
  readonly id: string
  /** There may be more to ask for at once. */
  readonly hasMore: boolean
}

/** Where events come from. Places are texts, which clients send back. Asking rejects with a MonitorError when the monitor does not answer. */
export interface FeedSource {
  /** The state of the whole list in JSON, and the place at that time. */
  summary(): Promise<{ readonly line: string; readonly id: string }>
  /** Null: nothing has happened since. */
  after(id: string): Promise<FeedPart | null>
  /** How far on a place is. */
  order(id: string): number
}

interface Client {
  readonly response: ServerResponse
  /** Where it is in the changes; null: it has got nothing yet. */
  position: string | null
  /** It has got no summary yet, also if it goes on from where it was. */
  isNew: boolean
}

/**
 * Sends server-sent events to clients: what has changed, and summaries. The monitor is asked only while there are clients, and nothing
 * waits for one: whoever reads too slowly is dropped, and can go on from where it was.
 */
export class EventFeed {
  readonly #source: FeedSource
  readonly #failed: (error: Error) => void
  readonly #times: FeedTimes
  readonly #clients = new Set<Client>()
  #timer: NodeJS.Timeout | undefined
  #summaryAt = Number.NEGATIVE_INFINITY
  #heartbeatAt = 0

  /** `failed` gets an error that nothing handles: a bug. */
  constructor(source: FeedSource, failed: (error: Error) => void, times: FeedTimes = TIMES) {
    this.#source = source
    this.#failed = failed
    this.#times = times
  }

  /** No more clients are accepted. */
  get isFull(): boolean {
    return this.#clients.size >= MAX_CLIENTS
  }

  /**
   * Adds a client, which has got the head of its response. `lastId`: the id of the last event that it has; '' for none. Returns what
   * removes it: call it when the client has gone.
   */
  add(response: ServerResponse, lastId: string): () => void {
    const client: Client = { response, position: lastId === '' ? null : lastId, isNew: true }
    this.#clients.add(client)
    if (this.#timer === undefined) {
      this.#heartbeatAt = monotonicMs()
      this.#timer = setTimeout(() => void this.#turn(), 0)
    }
    return () => this.#clients.delete(client)
  }

  /** Ends all responses. */
  close(): void {
    clearTimeout(this.#timer)
    for (const { response } of this.#clients) response.end()
    this.#clients.clear()
  }

  async #turn(): Promise<void> {
    try {
      await this.#sendSummary()
      for (const group of this.#groups()) await this.#sendChanges(group)
    } catch (error) {
      // The monitor is being replaced: events go on when it is back.
      if (!(error instanceof MonitorError)) this.#failed(error as Error)
    }
    this.#sendHeartbeat()
    this.#timer =
      this.#clients.size === 0 ? undefined : setTimeout(() => void this.#turn(), this.#times.changesMs)
  }

  /** To all when it is time, otherwise to those that are new. */
  async #sendSummary(): Promise<void> {
    const isTime = monotonicMs() - this.#summaryAt >= this.#times.summaryMs
    const clients = [...this.#clients].filter(({ isNew }) => isTime || isNew)
    if (clients.length === 0) return
    const { line, id } = await this.#source.summary()
    if (isTime) this.#summaryAt = monotonicMs()
    const first = Buffer.from(summaryEvent(line, id))
    const later = Buffer.from(summaryEvent(line, null))
    for (const client of clients) {
      this.#send(client, client.position === null ? first : later)
      client.position ??= id
      client.isNew = false
    }
  }

  async #sendChanges(group: readonly Client[]): Promise<void> {
    for (let question = 0; question < QUESTIONS_PER_TURN; question++) {
      const after = group[0]?.position ?? null
      if (after === null) return
      const part = await this.#source.after(after)
      if (part === null) return
      const chunk = Buffer.from(part.text)
      for (const client of group) {
        if (chunk.length > 0) this.#send(client, chunk)
        client.position = part.id
      }
      if (!part.hasMore) return
    }
  }

  #sendHeartbeat(): void {
    if (monotonicMs() - this.#heartbeatAt < this.#times.heartbeatMs) return
    this.#heartbeatAt = monotonicMs()
    const chunk = Buffer.from(': still here\n\n')
    for (const client of this.#clients) this.#send(client, chunk)
  }

  /** Clients at the same place get the same bytes. */
  #groups(): (readonly Client[])[] {
    const known = [...this.#clients].filter(({ position }) => position !== null)
    const groups = [...Map.groupBy(known, ({ position }) => position).values()]
    const order = (group: readonly Client[]) => this.#source.order(group[0]?.position ?? '')
    groups.sort((a, b) => order(a) - order(b))
    return groups.length <= MAX_GROUPS ? groups : [...groups.slice(0, MAX_GROUPS - 1), ...groups.slice(-1)]
  }

  #send(client: Client, chunk: Buffer): void {
    const { response } = client
    // What the source was asked for before `close` comes after it.
    if (response.writableEnded) return
    if (response.writableLength <= MAX_UNREAD_BYTES) response.write(chunk)
    else {
      this.#clients.delete(client)
      response.destroy()
    }
  }
}
