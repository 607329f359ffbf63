import { decodeIds, WallModel } from './wall-model.ts'
import { AnswerError, addressOf, askBytes, askJson } from './ask.ts'
import type { Counts, Summary } from './answers.ts'
import { serverNow, serverSaid } from './server-clock.ts'
import { watchTab } from './watch-tab.ts'

/** The server sends something at least every five seconds: after this long without anything it is taken for gone, in ms. */
const SILENCE_MS = 12_000

/** After how long the server is asked again: at first, and at most, in ms. */
const RETRY_MS = 1_000
const MAX_RETRY_MS = 10_000

/** A hidden tab asks this often for its title, in ms. */
const TITLE_MS = 10_000

/** How the connection is. */
export type Connection =
  | { readonly state: 'connecting' | 'live' }
  /** `since`: when something last came, in ms since the epoch, by the clock of the server. */
  | { readonly state: 'lost'; readonly since: number; readonly why: string }

/** What the listeners get. */
export interface LiveEvents {
  /** The connection, the summary or the model is another, or counts have changed. */
  readonly change: () => void
  /** URLs on the wall were polled, or have changed. */
  readonly polls: (ids: Uint32Array) => void
}

/** What the server says, kept up to date: the wall and the summary. */
export class Live {
  connection: Connection = { state: 'connecting' }
  model: WallModel | null = null
  summary: Summary | null = null
  /** Whether there are alerts, as far as is known. */
  hasAlerts = false
  /** When something last came, in ms since the epoch, by the clock of the server. */
  heardAt = serverNow()
  /** The same in ms of a clock that nobody sets. */
  #heardMs = performance.now()
  /** Grows when a verdict has changed, or everything was read again: lists may look different now. */
  version = 0
  readonly #listeners = { change: new Set<() => void>(), polls: new Set<(ids: Uint32Array) => void>() }
  #source: EventSource | null = null
  #by: string | null
  #retryMs = RETRY_MS
  #timer: number | undefined
  /** Whether `#timer` is to read everything again although the connection is there. */
  #isLoadDue = false
  /** Nothing is listened to: the tab is hidden, or shows something else. */
  #isResting = true
  /** The model is that of before a rest, and the summary is newer. */
  #isModelOld = false
  /** Of the attempts to load: an older one that ends counts no more. */
  #attempt = 0

  /** `by`: the label whose values are the groups of the wall; null: the server chooses. */
  constructor(by: string | null) {
    this.#by = by
    setInterval(() => {
      const isSilent = this.#source !== null && performance.now() - this.#heardMs > SILENCE_MS
      if (isSilent) this.#lose('the server is silent')
    }, 1_000)
    watchTab({
      shown: () => {
        if (this.#isResting || this.connection.state === 'lost') void this.#load()
      },
      hidden: () => void this.#rest(),
      left: () => this.#disconnect(),
    })
  }

  /** How many URLs have each verdict; null: nothing has come yet. */
  get counts(): Counts | null {
    return this.#isModelOld ? this.summary : (this.model?.counts ?? this.summary)
  }

  /** Calls `listener` from now on. Returns what ends that. */
  on<E extends keyof LiveEvents>(event: E, listener: LiveEvents[E]): () => void {
    const listeners = this.#listeners[event] as Set<LiveEvents[E]>
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Groups the wall by another label; null: the server chooses. */
  groupBy(by: string | null): void {
    this.#by = by
    void this.#load()
  }

  /** Reads everything, then listens for what changes. */
  async #load(): Promise<void> {
    const attempt = ++this.#attempt
    this.#isResting = false
    this.#stopTimer()
    if (this.#isModelOld && this.connection.state === 'live') {
      this.connection = { state: 'connecting' }
      this.#changed()
    }
    try {
      const query = new URLSearchParams(this.#by === null ? {} : { by: this.#by })
      const wall = askBytes('api/v1/wall', query)
      // Both are asked for at the same time, and the first one says enough for the first sentence.
      wall.catch(() => {})
      const summary = await askJson<Summary>('api/v1/summary', new URLSearchParams())
      if (attempt !== this.#attempt) return
      this.#take(summary)
      this.hasAlerts = summary.alerts === true
      if (this.model === null || this.#isModelOld) this.#changed()
      const answer = await wall
      if (attempt !== this.#attempt) return
      this.model = new WallModel(answer)
      this.#isModelOld = false
      this.version++
      this.#listen(this.model.position)
      this.#heard()
    } catch (error) {
      if (attempt === this.#attempt) this.#lose(whyOf(error))
    }
  }

  #listen(position: string): void {
    this.#source?.close()
    const source = new EventSource(addressOf('api/v1/wall/events', new URLSearchParams({ after: position })))
    this.#source = source
    source.addEventListener('open', () => {
      this.#retryMs = RETRY_MS
      this.#heard()
    })
    source.addEventListener('wall', ({ data }: MessageEvent<string>) => this.#takeWall(data))
    source.addEventListener('summary', ({ data }: MessageEvent<string>) => {
      const summary = JSON.parse(data) as Summary
      this.#take(summary)
      this.#heard()
      // URLs were added or removed without a poll since.
      if (this.model !== null && this.model.size !== summary.urls) this.#loadSoon()
    })
    source.addEventListener('reset', () => this.#loadSoon())
    source.addEventListener('error', () => this.#lose('no connection'))
  }

  #take(summary: Summary): void {
    this.summary = summary
    serverSaid(summary.at)
  }

  #takeWall(data: string): void {
    const { ids: base64 } = JSON.parse(data) as { readonly ids: string }
    const { ids, codes } = decodeIds(base64)
    const changed = this.model?.apply(ids, codes) ?? null
    if (changed === null) return this.#loadSoon()
    for (const listener of this.#listeners.polls) listener(ids)
    if (changed > 0) this.version++
    this.#heard(changed > 0)
  }

  #heard(hasChanged = true): void {
    this.heardAt = serverNow()
    this.#heardMs = performance.now()
    const wasLive = this.connection.state === 'live'
    this.connection = { state: 'live' }
    if (hasChanged || !wasLive) this.#changed()
  }

  /** Everything has to be read again, but not all the time. What asks for it more often than that does not put it off. */
  #loadSoon(): void {
    if (this.#isLoadDue) return
    this.#stopTimer()
    this.#isLoadDue = true
    this.#timer = setTimeout(() => void this.#load(), RETRY_MS + Math.random() * RETRY_MS)
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#isLoadDue = false
  }

  #lose(why: string): void {
    this.#source?.close()
    this.#source = null
    this.#stopTimer()
    this.#timer = setTimeout(() => void this.#load(), this.#retryMs * (0.5 + Math.random()))
    this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2)
    this.connection = { state: 'lost', since: this.heardAt, why }
    this.#changed()
  }

  /** Nothing is listened to from now on, nor asked for. */
  #disconnect(): void {
    this.#isResting = true
    this.#isModelOld = true
    this.#attempt++
    this.#source?.close()
    this.#source = null
    this.#stopTimer()
  }

  /** Only the title is kept up to date. */
  async #rest(): Promise<void> {
    this.#disconnect()
    const attempt = this.#attempt
    try {
      const summary = await askJson<Summary>('api/v1/summary', new URLSearchParams())
      if (attempt !== this.#attempt) return
      this.#take(summary)
      this.heardAt = serverNow()
    } catch (error) {
      if (attempt !== this.#attempt) return
      this.connection = { state: 'lost', since: this.heardAt, why: whyOf(error) }
    }
    this.#changed()
    this.#timer = setTimeout(() => void this.#rest(), TITLE_MS)
  }

  #changed(): void {
    for (const listener of this.#listeners.change) listener()
  }
}

function whyOf(error: unknown): string {
  return error instanceof AnswerError ? error.message : 'no connection'
}
