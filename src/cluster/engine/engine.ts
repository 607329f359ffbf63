import { EventEmitter } from 'node:events'
import { BatchQueue } from './batch-queue.ts'
import { AlertState } from './alert-state.ts'
import { ALERTS, BATCHES, Keys, PLANNER } from './keys.ts'
import type { ClusterOptions } from '../../settings/cluster-options.ts'
import { PlanStore } from './plan-store.ts'
import { reportArgs } from './report-args.ts'
import type { BatchReport } from './report-args.ts'
import { isReadable, WIRE_VERSION } from './revision.ts'
import { callScript, connect, serverInfo, serverTimeMs } from './redis.ts'
import type { Connection } from './redis.ts'

/** A name is free for another run when nothing was heard of its last run for this long, in ms. */
export const NAME_FREE_MS = 3_000

/** A machine of which nothing was heard for this long is forgotten, in ms. */
const FORGET_MS = 3_600_000

/** About how many entries the stream of results keeps, besides: see report.lua. Each machine adds a few in a second. */
const STREAM_ENTRIES = 4_096

/** What the engine says of a machine. */
export interface Heard {
  readonly name: string
  readonly ageMs: number
  /** JSON. */
  readonly says: string
}

/** Results of one machine, by batch. */
export interface ResultsEntry {
  readonly id: string
  readonly node: string
  /** That of the machine. */
  readonly zone: string
  /** Null: a newer headcount wrote them, and this one can't read them. */
  readonly batches: ReadonlyMap<string, Uint8Array> | null
}

/** The answer to a pulse. */
export interface Pulse {
  readonly time: number
  readonly revision: string
  /** Another run has the name of this machine. */
  readonly nameTaken: boolean
  /** This machine was told to hand everything over. */
  readonly isDrained: boolean
  /** The plan is one that this headcount can read. */
  readonly isReadable: boolean
  readonly others: readonly Heard[]
}

/** A batch that was taken, as the engine knows it. */
export interface TakenFacts {
  /** '' when it is in no plan. */
  readonly version: string
  readonly clean: boolean
  readonly records: ReadonlyMap<string, Uint8Array>
}

/** What a machine asks of the engine. All of it rejects when there is no answer in time. */
export class Engine extends EventEmitter<{ ready: []; away: []; failed: [Error] }> {
  readonly keys: Keys
  readonly batches: BatchQueue
  readonly planner: BatchQueue
  readonly alerts: BatchQueue
  readonly alertState: AlertState
  readonly plans: PlanStore
  readonly #redis: Connection
  /** A connection of its own: it waits for results. */
  readonly #reader: Connection
  readonly #options: ClusterOptions
  #isDrained = false

  /** `timeoutMs`: how long a command may take, in ms. */
  constructor(options: ClusterOptions, timeoutMs?: number) {
    super()
    this.#options = options
    this.keys = new Keys(options.name, options.zone)
    this.#redis = connect(options.server, options.node, this.keys.plan, false, timeoutMs)
    this.#reader = connect(options.server, `${options.node}:reader`, this.keys.plan, true)
    const failed = (error: Error) => this.emit('failed', error)
    for (const redis of [this.#redis, this.#reader]) redis.on('error', failed)
    this.#redis.on('ready', () => this.emit('ready'))
    this.#redis.on('close', () => this.emit('away'))
    this.batches = new BatchQueue(this.#redis, this.keys, BATCHES, failed)
    this.planner = new BatchQueue(this.#redis, this.keys, PLANNER, failed)
    this.alerts = new BatchQueue(this.#redis, this.keys, ALERTS, failed)
    this.alertState = new AlertState(this.#redis, this.keys)
    this.plans = new PlanStore(this.#redis, this.keys)
  }

  /** Connects; what comes of it is told by events. */
  connect(): void {
    for (const redis of [this.#redis, this.#reader]) redis.connect().catch(() => {})
  }

  /** Whether commands can be sent. */
  get isConnected(): boolean {
    return this.#redis.status === 'ready'
  }

  /** What the server says of itself, by name. */
  info(): Promise<ReadonlyMap<string, string>> {
    return serverInfo(this.#redis)
  }

  /** The server's clock, in ms since the epoch. */
  time(): Promise<number> {
    return serverTimeMs(this.#redis)
  }

  /** Says that this machine lives. */
  async pulse(run: string, says: string): Promise<Pulse> {
    const { machines, revision, drained } = this.keys
    const args = [machines, revision, drained, this.#options.node, run, says, NAME_FREE_MS, FORGET_MS]
    const answer = (await this.#call('pulse', args)) as [Buffer, Buffer, Buffer, Buffer, Buffer[]]
    const [time, known, taken, isDrained] = answer.map(String)
    this.#isDrained = isDrained === '1'
    const list = answer[4]
    const others: Heard[] = []
    for (let at = 0; at < list.length; at += 3) {
      const [name, age, of] = list.slice(at, at + 3).map(String)
      others.push({ name: name ?? '', ageMs: Number(age), says: of ?? '' })
    }
    return {
      time: Number(time),
      revision: known ?? '',
      nameTaken: taken === '1',
      isDrained: this.#isDrained,
      isReadable: isReadable(known ?? ''),
      others,
    }
  }

  /** Forgets this machine, which ends. */
  async leave(): Promise<void> {
    await this.#redis.hdel(this.keys.machines, this.#options.node)
    if (this.#isDrained) await this.#redis.hdel(this.keys.drained, this.#options.node)
  }

  /** The facts of a batch that BullMQ has lent. Null: it is not held any more. */
  async takeFacts(batch: string, token: string): Promise<TakenFacts | null> {
    const { plan, facts } = this.keys
    const args = [plan, facts + batch, this.keys.lock(BATCHES, batch), batch, token, this.#options.node]
    const answer = (await this.#call('take', args)) as [Buffer, Buffer, Buffer[]] | null
    if (answer === null) return null
    const [version, holder, records] = answer
    return { version: String(version), clean: holder.length === 0, records: pairs(records) }
  }

  /** Writes what was found out. Resolves with the batches that this machine does not hold any more. */
  async report(reports: readonly BatchReport[]): Promise<string[]> {
    const { results, facts } = this.keys
    const { node, zone } = this.#options
    const from = zone === '' ? node : `${node} ${zone}`
    const args = [results, facts, this.keys.jobs(BATCHES), from, STREAM_ENTRIES, ...reportArgs(reports)]
    return ((await this.#call('report', args)) as Buffer[]).map(String)
  }

  /** The id of the newest entry of the stream of results. */
  async newestResult(): Promise<string> {
    const [newest] = await this.#redis.xrevrange(this.keys.results, '+', '-', 'COUNT', 1)
    return newest?.[0] ?? '0-0'
  }

  /** The results after an entry. Waits for them for a while if there are none. */
  async readResults(after: string, most: number, blockMs: number): Promise<ResultsEntry[]> {
    const { results } = this.keys
    const answer = await this.#reader.xreadBuffer('COUNT', most, 'BLOCK', blockMs, 'STREAMS', results, after)
    const entries = (answer?.[0]?.[1] ?? []) as unknown as [Buffer, Buffer[]][]
    return entries.map(([id, [wire, from, ...batches]]) => {
      const [node = '', zone = ''] = String(from).split(' ')
      const isNewer = Number(wire) > WIRE_VERSION
      return { id: String(id), node, zone, batches: isNewer ? null : pairs(batches) }
    })
  }

  /** Gives up the connections. */
  close(): void {
    for (const redis of [this.#redis, this.#reader]) redis.disconnect()
  }

  #call(script: string, args: readonly (string | number | Buffer)[]): Promise<unknown> {
    return callScript(this.#redis, script, args)
  }
}

/** A flat array of names and values as a map. */
function pairs(flat: readonly Buffer[]): Map<string, Uint8Array> {
  const map = new Map<string, Uint8Array>()
  for (let at = 0; at + 1 < flat.length; at += 2) map.set(String(flat[at]), flat[at + 1] as Buffer)
  return map
}
