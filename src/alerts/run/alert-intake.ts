import { Unpacker } from '../../resource/packer.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { unpackUrls } from '../../state/url-batch.ts'
import type { AlertPoll } from '../engine/alert-poll.ts'
import { unpackPolls } from './poll-batch.ts'

/** Who is told of polls and lists: an AlertEngine. */
interface Engine {
  beginList(): void
  endList(now: number): void
  endRestored(now: number): void
  awaitLists(now: number): void
  register(id: ResourceId, generation: number, url: string, labels: string, now: number): void
  /** Whether there is this URL, not one that had its id before or has it now. */
  has(id: ResourceId, generation: number): boolean
  forget(id: ResourceId, now: number): void
  poll(poll: AlertPoll, now: number): void
  verdictLost(id: ResourceId, at: number, now: number): void
}

/** Takes what main and the monitor send, and gives it to the engine. */
export class AlertIntake {
  readonly #engine: Engine
  readonly #now: () => number
  readonly #changed: () => void
  #isListing = false
  /** All URLs were sent once. */
  #isListed = false

  /** `now`: in ms since the epoch, of a clock that is never set. `changed`: something may be to be told. */
  constructor(engine: Engine, now: () => number, changed: () => void) {
    this.#engine = engine
    this.#now = now
    this.#changed = changed
  }

  /** All URLs follow, also those that are known. */
  forgetUrls(): void {
    this.#isListing = true
    this.#engine.beginList()
  }

  /** All URLs of the lists are known now. `isComplete`: no list is still to be read. */
  allRegistered(isComplete: boolean): void {
    this.#isListed = true
    if (!this.#isListing) return
    this.#isListing = false
    this.#engine.endList(this.#now())
    if (isComplete) this.#engine.endRestored(this.#now())
    else this.#engine.awaitLists(this.#now())
    this.#changed()
  }

  /** Each list was read. Nothing happens while its URLs are still being sent: call it again after `allRegistered`. */
  listsComplete(): void {
    if (this.#isListing || !this.#isListed) return
    this.#engine.endRestored(this.#now())
    this.#changed()
  }

  /** URLs, packed by `packUrls`. */
  register(urls: ArrayBuffer): void {
    const now = this.#now()
    unpackUrls(urls, ({ id, generation, url, labels }) => {
      this.#engine.register(id, generation, url, labels, now)
    })
    this.#changed()
  }

  /** URLs that have left the lists, packed by `packIds`. */
  unregister(ids: ArrayBuffer): void {
    const now = this.#now()
    const from = new Unpacker(ids)
    while (from.hasMore) {
      const id = from.u32() as ResourceId
      // Main may have registered the URL that has this id now before the monitor passed this on.
      if (this.#engine.has(id, from.u16())) this.#engine.forget(id, now)
    }
    this.#changed()
  }

  /** Polls, packed by `packPoll`. */
  receive(polls: ArrayBuffer): void {
    const now = this.#now()
    unpackPolls(polls, (poll) => this.#engine.poll(poll, now))
    this.#changed()
  }

  /** What was known of these URLs counts no more. `at`: in ms since the epoch. */
  loseVerdicts(ids: Uint32Array, at: number): void {
    const now = this.#now()
    for (const id of ids) this.#engine.verdictLost(id as ResourceId, at, now)
    this.#changed()
  }
}
