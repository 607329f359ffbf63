import { monotonicMs } from '../../runtime/clock.ts'
import type { MonitorAnswer } from '../../threads/web-protocol.ts'
import { MAX_VALUES, NO_URL } from '../../api/wall-part.ts'
import type { LabelValues, WallLabels } from '../../api/wall-part.ts'
import { ApiError } from './api-error.ts'
import { compress } from './compress.ts'
import type { MonitorClient } from './monitor-client.ts'
import { formatWallPosition } from './wall-position.ts'

/** A wall is made at most this often for each label, in ms: what changes meanwhile comes as events. */
const INTERVAL_MS = 1_000

/** Walls that are kept, each by another label. */
const MAX_WALLS = 8

/** Walls that wait for others. One at a time is made: each takes some megabytes, and some of the monitor's time. */
const MAX_WAITING = 16

interface Made {
  readonly at: number
  readonly body: Promise<Buffer<ArrayBuffer>>
  /** It is being made, or waits for others. */
  isPending: boolean
}

/** Makes what the wall of the page shows: the verdict and the group of every URL, as one compressed answer. */
export class WallMaker {
  readonly #monitor: Pick<MonitorClient, 'ask'>
  readonly #made = new Map<string, Made>()
  #last: Promise<unknown> = Promise.resolve()
  #pending = 0

  constructor(monitor: Pick<MonitorClient, 'ask'>) {
    this.#monitor = monitor
  }

  /**
   * The wall, compressed by gzip. `by`: the label whose values are the groups; null: the one that suits best. Rejects with a MonitorError;
   * throws an ApiError when too many wait.
   */
  make(by: string | null): Promise<Buffer<ArrayBuffer>> {
    const key = JSON.stringify(by)
    const last = this.#made.get(key)
    if (last !== undefined && (last.isPending || monotonicMs() - last.at < INTERVAL_MS)) return last.body
    if (this.#pending > MAX_WAITING) throw new ApiError(503, 'too many walls at once', { 'Retry-After': '1' })
    this.#pending++
    const body = this.#last.then(() => this.#make(by))
    const made: Made = { at: monotonicMs(), body, isPending: true }
    this.#made.delete(key)
    this.#made.set(key, made)
    this.#last = body
      .catch(() => this.#made.delete(key)) // Whoever asked gets the error.
      .finally(() => {
        made.isPending = false
        this.#pending--
      })
    if (this.#made.size > MAX_WALLS) {
      const [oldest = key] = this.#made.keys()
      this.#made.delete(oldest)
    }
    return body
  }

  async #make(wanted: string | null): Promise<Buffer<ArrayBuffer>> {
    const { labels, urls } = await this.#labels()
    const by = wanted ?? bestLabel(labels, urls)
    const verdicts: Uint8Array[] = []
    const groups: Uint8Array[] = []
    /** From the second on: a value of the label each. The first is that of the URLs without one, or with one too many. */
    const names: (string | null)[] = [null]
    let position = ''
    let from: number | null = 0
    while (from !== null) {
      const part: MonitorAnswer<'wallPart'> = await this.#monitor.ask({ type: 'wallPart', by, from })
      if (position === '') position = formatWallPosition(part.position)
      const numbers = [0, ...part.values.map((value) => numberOf(value, names))]
      groups.push(numbered(part.verdicts, part.groups, numbers))
      verdicts.push(part.verdicts)
      from = part.next
    }
    const ids = Buffer.concat(verdicts)
    const groupable = labels.filter(({ isCut }) => !isCut).map(({ name }) => name)
    const head = JSON.stringify({ position, ids: ids.length, by, labels: groupable, groups: names })
    return compress(Buffer.concat([prefixed(head), packed(ids), ...groups]))
  }

  /** Whole labels of the list, which come in parts. */
  async #labels(): Promise<Omit<WallLabels, 'next'>> {
    const labels = new Map<string, { readonly values: Map<string, number>; isCut: boolean }>()
    let urls = 0
    let from: number | null = 0
    while (from !== null) {
      const part: WallLabels = await this.#monitor.ask({ type: 'wallLabels', from })
      urls += part.urls
      for (const { name, values, isCut } of part.labels) {
        const label = labels.get(name) ?? { values: new Map<string, number>(), isCut: false }
        labels.set(name, label)
        for (const [value, count] of values) {
          if (label.values.size < MAX_VALUES || label.values.has(value))
            label.values.set(value, (label.values.get(value) ?? 0) + count)
          else label.isCut = true
        }
        label.isCut ||= isCut
      }
      from = part.next
    }
    const rows = [...labels].map(([name, { values, isCut }]) => ({ name, values: [...values], isCut }))
    return { labels: rows, urls }
  }
}

/** The label that most URLs have, of those that make two groups or more. */
function bestLabel(labels: readonly LabelValues[], urls: number): string | null {
  let best: string | null = null
  let most = 0
  for (const { name, values, isCut } of labels) {
    const covered = values.reduce((sum, [, count]) => sum + count, 0)
    // A label that is different for each URL, such as its name, makes no groups.
    const isGroup = !isCut && values.length * 2 <= covered && (values.length > 1 || covered < urls)
    if (!isGroup || covered <= most) continue
    best = name
    most = covered
  }
  return best
}

function numberOf(value: string, names: (string | null)[]): number {
  const at = names.indexOf(value)
  if (at !== -1) return at
  return names.length > MAX_VALUES ? 0 : names.push(value) - 1
}

function numbered(verdicts: Uint8Array, groups: Uint16Array, numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(groups, (group, n) => (verdicts[n] === NO_URL ? NO_URL : (numbers[group] ?? 0)))
}

/** Two bits each, the first one lowest. */
function packed(verdicts: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(verdicts.length / 4))
  for (let id = 0; id < verdicts.length; id++)
    bytes[id >> 2] = (bytes[id >> 2] ?? 0) | (((verdicts[id] ?? 0) & 3) << ((id & 3) * 2))
  return bytes
}

/** A text with its length in bytes before it. */
function prefixed(text: string): Buffer {
  const body = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([length, body])
}
