import { escapeText } from '../../print/text/escape.ts'
import { refusalOf, unfitServer } from './check-server.ts'
import { NAME_FREE_MS } from './engine.ts'
import { MachineNotices } from './machine-notices.ts'
import type { MainWatch } from './main-watch.ts'
import type { ClusterEvent, MachineStatus } from './messages.ts'
import { errorText, hostsOf, MAX_TEXT } from './server-texts.ts'
import type { EngineAddress } from '../../settings/cluster-options.ts'

/** So often in a row it is tried to read the plan before something is said: some seconds. */
const MAX_PLAN_FAILURES = 10

/** Says of the engine what people have to know, once, and tells main how the cluster is. */
export class Notices {
  readonly #isCluster: boolean
  readonly #address: string
  readonly #post: (event: ClusterEvent) => void
  readonly #stderr: (line: string) => void
  /** It has answered once, so that a fault later is no reason to end. */
  #wasReady = false
  /** It is said that it does not answer, and why. */
  #isAway = false
  #isRefused = false
  #isFit = false
  #machines: readonly MachineStatus[] = []
  readonly #ofMachines = new MachineNotices((line) => this.#notice(line))
  #nameTakenAt: number | null = null
  #saidNameTaken = false
  #saidUnreadable = false
  /** How often in a row the plan could not be read. */
  #planFailures = 0
  #saidNewer = false
  /** Null: it could not yet. */
  #canPoll: boolean | null = null

  /** `stderr` writes a line when main can't. */
  constructor(server: EngineAddress, post: (event: ClusterEvent) => void, stderr: (line: string) => void) {
    this.#isCluster = server.isCluster
    this.#address = hostsOf(server)
    this.#post = post
    this.#stderr = stderr
  }

  /** Whether the server is one that can be used. */
  get isFit(): boolean {
    return this.#isFit
  }

  /** There is another connection: whether its server can be used is to be looked at. */
  uncheck(): void {
    this.#isFit = false
  }

  /** Looks at the server. `ask`: asks it about itself. Resolves with whether it can be used. */
  async checked(ask: () => Promise<ReadonlyMap<string, string>>): Promise<boolean> {
    try {
      const unfit = unfitServer(await ask(), this.#isCluster)
      this.#isFit = unfit === null
      if (unfit !== null) this.#refuse(unfit)
    } catch (error) {
      this.#isFit = false
      this.failed(error as Error)
    }
    return this.#isFit
  }

  /** It answers; these are the machines, `own` this one. `canRead`: the plan is one that this headcount can read. */
  ready(others: readonly MachineStatus[], own: MachineStatus, canRead: boolean): void {
    this.#machines = [own, ...others]
    this.#ofMachines.check(own, others)
    if (!canRead && !this.#saidNewer)
      this.#notice(
        'the plan of the cluster was made by a newer headcount, which this one cannot read: update this machine; it polls nothing until then',
      )
    this.#saidNewer = !canRead
    if (this.#isAway) this.#notice(`info: the cluster's server ${this.#address} answers again`)
    this.#wasReady = true
    this.#isAway = false
    this.#isRefused = false
    this.#post({ type: 'status', isReady: true, machines: this.#machines })
  }

  /** A command or a connection has failed. */
  failed(error: Error): void {
    const refusal = refusalOf(error)
    if (refusal !== null) this.#refuse(refusal)
    // It answers, but it is out of memory, or a replica, or loads its data.
    else this.away(errorText(error), error.name === 'ReplyError' ? 'takes no commands' : 'does not answer')
  }

  /** The connection is closed, or nothing comes of commands. */
  away(why = 'the connection was closed', does = 'does not answer'): void {
    if (this.#isAway) return
    this.#isAway = true
    const what = this.#wasReady ? 'nothing new is polled until it does' : 'nothing is polled until it does'
    this.#notice(`the cluster's server ${this.#address} ${does} (${why}); ${what}`)
    this.#post({ type: 'status', isReady: false, machines: this.#machines })
  }

  /** Whether another run has the name of this machine. One that was killed may have left it just now: it is waited for. */
  isNameTaken(isTaken: boolean, others: readonly MachineStatus[], own: MachineStatus, now: number): boolean {
    this.#nameTakenAt = isTaken ? (this.#nameTakenAt ?? now) : null
    if (this.#nameTakenAt === null) {
      this.#saidNameTaken = false
      return false
    }
    if (now - this.#nameTakenAt > NAME_FREE_MS + 1_000) this.#refuseName(own.name)
    this.#machines = [{ ...own, isReady: false }, ...others]
    if (this.#wasReady) this.#post({ type: 'status', isReady: true, machines: this.#machines })
    return true
  }

  /** Whether main can poll, and has a poller. */
  polls({ canPoll, hasPoller }: Pick<MainWatch, 'canPoll' | 'hasPoller'>): void {
    const before = this.#canPoll
    if (canPoll === (before ?? false)) return
    this.#canPoll = canPoll
    const over = 'this machine hands its URLs over until it can poll again'
    if (canPoll && before === false) this.#notice('info: this machine can poll again, and takes its share')
    else if (!canPoll && hasPoller) this.#stderr(`${over}: its main thread stands still`)
    else if (!canPoll) this.#notice(`${over}: none of its pollers runs`)
  }

  /** Waits for a reading of the plan; false: there is one besides. The connection says when the server does not answer at all. */
  async followed(reading: Promise<boolean>): Promise<void> {
    try {
      if (await reading) this.#planFailures = 0
    } catch (error) {
      if (this.#isAway || ++this.#planFailures !== MAX_PLAN_FAILURES) return
      const why = errorText(error as Error)
      this.#notice(
        `the plan of the cluster can't be read (${why}): of what is new in it, nothing is polled here`,
      )
    }
  }

  /** Results of this machine can't be read. */
  unreadable(name: string): void {
    if (this.#saidUnreadable) return
    this.#saidUnreadable = true
    this.#notice(`results of ${escapeText(name)} in the cluster's server can't be read, and are not shown`)
  }

  #refuseName(name: string): void {
    if (this.#saidNameTaken) return
    this.#saidNameTaken = true
    const why = `another machine of the cluster is called ${escapeText(name)}: give each its own --node`
    if (this.#wasReady) this.#notice(`${why}; this one polls nothing while that is so`)
    else this.#post({ type: 'refused', message: why })
  }

  #refuse(why: string): void {
    const line = `the cluster's server ${this.#address} can't be used: ${escapeText(why, MAX_TEXT)}`
    // Both connections find the same, again and again.
    if (this.#isRefused) return
    this.#isRefused = true
    this.#isAway = true
    if (!this.#wasReady) return this.#post({ type: 'refused', message: line })
    this.#notice(line)
    this.#post({ type: 'status', isReady: false, machines: this.#machines })
  }

  #notice(line: string): void {
    this.#post({ type: 'notice', line })
  }
}
