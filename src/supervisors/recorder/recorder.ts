import type { MessagePort } from 'node:worker_threads'
import type { ResourceTable } from '../../resource/resource-table.ts'
import type { EarlierVerdict } from '../../state/earlier-state.ts'
import type { ResourceId } from '../../resource/resource.ts'
import type { HistoryAsker } from '../../threads/history-question-handler.ts'
import type { MaintenanceWindow, RecorderOptions } from '../../threads/recorder-protocol.ts'
import { EarlierStates } from './earlier-states.ts'
import { RecorderSupervisor } from './recorder-supervisor.ts'
import type { RecorderHooks } from './recorder-supervisor.ts'

/** A run that has its results waits at most this long for them to be written, in ms. */
const LAST_FLUSH_MS = 10_000

/** What main does with the recorder of a run. */
export class Recorder {
  /** Null once the first monitor has it: a monitor that replaces another comes after polls of this run. */
  #earlier: EarlierStates | null
  readonly #supervisor: RecorderSupervisor

  constructor(
    table: ResourceTable,
    { restores, ...options }: RecorderOptions & { readonly restores: boolean },
    hooks: RecorderHooks,
  ) {
    this.#earlier = restores ? new EarlierStates(table, hooks.settled) : null
    this.#supervisor = new RecorderSupervisor(table, options, hooks)
  }

  /** Resolves when what an earlier run knew is put back. Rejects with a RefusedError if the history can't be used. */
  start(): Promise<void> {
    return this.#supervisor.start(this.#earlier)
  }

  /** What an earlier run knew of the verdict of a URL, for the first monitor; null: nothing. */
  earlier(id: ResourceId): EarlierVerdict | null {
    return this.#earlier?.of(id) ?? null
  }

  /** A monitor has started: what it receives is recorded from now on. */
  monitorStarted(): void {
    this.#earlier = null
    this.#supervisor.monitorStarted()
  }

  /** Answers questions of a thread on this port. */
  answer(questions: MessagePort, asker: HistoryAsker): void {
    this.#supervisor.answer(questions, asker)
  }

  /** These maintenance windows of the configuration apply from now on. */
  maintain(windows: readonly MaintenanceWindow[]): void {
    this.#supervisor.maintain(windows)
  }

  /** Writes what the monitor has passed on. `isDone`: the run has its results, and there is time for them; otherwise within `patienceMs`. */
  stop(isDone: boolean, patienceMs: number): Promise<void> {
    return this.#supervisor.stop(isDone ? LAST_FLUSH_MS : patienceMs)
  }
}
