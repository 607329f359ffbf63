import { setTimeout as sleep } from 'node:timers/promises'
import type { CutKind, CutProxy } from '../helpers/cut-proxy.ts'
import { startHeadcount } from '../helpers/processes.ts'
import type { RunningHeadcount } from '../helpers/processes.ts'
import type { Span } from './cluster-records.ts'

/** A machine that has started, gone on or been connected again needs so long to poll, in ms, on a machine that others use too. */
const RECOVERY_MS = 6_000

/** A machine that others use too starts all threads of a headcount within this time, in ms. */
const START_MS = 15_000

/** Handing back takes at most a second. */
const STOP_LIMIT_MS = 15_000

/** What is told of a machine. */
export interface MachineHooks {
  onLine(name: string, line: string): void
  onError(name: string, line: string): void
  violation(text: string): void
}

/** One machine of the cluster: a headcount that reaches the server through a proxy of its own, and what befalls it. */
export class ClusterMachine {
  readonly name: string
  readonly frozen: Span[] = []
  /** Something is being done to it. */
  isBusy = false
  readonly #proxy: CutProxy
  readonly #flags: readonly string[]
  readonly #env: NodeJS.ProcessEnv
  readonly #hooks: MachineHooks
  readonly #away: Span[] = []
  #program: RunningHeadcount | null = null
  #endedOnPurpose = false
  #startedAt = 0
  #awaySince: number

  constructor(
    name: string,
    proxy: CutProxy,
    flags: readonly string[],
    env: NodeJS.ProcessEnv,
    hooks: MachineHooks,
  ) {
    this.#env = env
    this.name = name
    this.#proxy = proxy
    this.#flags = ['--cluster', proxy.url, '--node', name, '--user-agent', name, ...flags]
    this.#hooks = hooks
    this.#awaySince = Date.now()
  }

  get runs(): boolean {
    return this.#program !== null
  }

  /** Whether all of its threads have started: one that is frozen meanwhile ends, since they were not ready in time. */
  get hasStarted(): boolean {
    return this.runs && Date.now() > this.#startedAt + START_MS
  }

  /** When it could not poll. */
  away(now: number): readonly Span[] {
    return this.runs ? this.#away : [...this.#away, { from: this.#awaySince, to: now }]
  }

  start(): void {
    const program = startHeadcount(this.#flags, {
      urls: null,
      env: this.#env,
      onLine: (line) => this.#hooks.onLine(this.name, line),
      onError: (line) => this.#hooks.onError(this.name, line),
    })
    this.#program = program
    this.#endedOnPurpose = false
    this.#startedAt = Date.now()
    this.#back(this.#awaySince)
    void program.ended.then(([code, signal]) => {
      if (this.#endedOnPurpose) return
      this.#hooks.violation(`${this.name} ended by itself with ${code ?? signal}`)
      this.#program = null
      this.#awaySince = Date.now()
    })
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends it as an operator does. */
  async stop(): Promise<void> {
    const code = await this.#end('SIGTERM')
    if (code !== 0) this.#hooks.violation(`${this.name} ended with ${code} after SIGTERM`)
  }

  async freeze(ms: number, wait: (ms: number) => Promise<void>): Promise<void> {
    const program = this.#program
    const from = Date.now()
    program?.child.kill('SIGSTOP')
    await wait(ms)
    // Before it goes on: its first requests come within the same millisecond.
    this.frozen.push({ from, to: Date.now() })
    program?.child.kill('SIGCONT')
    this.#back(from)
  }

  async cut(kind: CutKind, ms: number, wait: (ms: number) => Promise<void>): Promise<void> {
    const from = Date.now()
    this.#proxy.cut(kind)
    await wait(ms)
    this.#proxy.restore()
    this.#back(from)
  }

  #back(from: number): void {
    this.#away.push({ from, to: Date.now() + RECOVERY_MS })
  }

  async #end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const program = this.#program
    if (program === null) return 0
    this.#endedOnPurpose = true
    this.#awaySince = Date.now()
    program.child.kill(signal)
    const ended = await Promise.race([program.ended, sleep(STOP_LIMIT_MS, null, { ref: false })])
    this.#program = null
    if (ended === null) {
      program.child.kill('SIGKILL')
      return null
    }
    return ended[0] ?? ended[1]
  }
}
