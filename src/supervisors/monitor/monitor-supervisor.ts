import { setTimeout as sleep } from 'node:timers/promises'
import type { MessagePort } from 'node:worker_threads'
import type { MonitorOptions, ResumePoint } from '../../print/text/monitor-options.ts'
import type { PollerNumber } from '../../resource/poller-number.ts'
import type { ResourceTable } from '../../resource/resource-table.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import type { ExitDeadline } from '../../runtime/exit-deadline.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import type { Counts } from '../../state/latest-state.ts'
import { EARLY_MESSAGES } from '../../threads/protocol.ts'
import type { MonitorMessage, MonitorReply } from '../../threads/protocol.ts'
import { RestartBackoff } from '../../threads/restart-backoff.ts'
import { restart } from '../../threads/restart.ts'
import type { MonitorSupervisorEvents } from './monitor-events.ts'
import { MonitorHeartbeat } from './monitor-heartbeat.ts'
import { MonitorThread } from './monitor-thread.ts'
import { packIds, packUrls } from '../../threads/pack-urls.ts'
import type { KnownUrls } from '../../threads/pack-urls.ts'
import type { RestartHooks } from './restart-hooks.ts'

/**
 * Keeps one monitor running. One that ends or stalls is replaced: the new one gets all URLs and what main knows of them, then
 * the pollers' States. Polling goes on meanwhile.
 */
export class MonitorSupervisor {
  readonly #list: ResourceTable
  readonly #known: KnownUrls
  readonly #options: (resumeFrom: ResumePoint | null) => MonitorOptions
  readonly #events: MonitorSupervisorEvents
  readonly #backoff = new RestartBackoff()
  readonly #startedAt = monotonicMs()
  /** Ports that the next monitor receives States on. At most one for each poller. */
  readonly #statusPorts = new Map<PollerNumber, MessagePort>()
  readonly #restartEnabled = Promise.withResolvers<void>()
  #hooks: RestartHooks | null = null
  #heartbeat: MonitorHeartbeat | null = null
  /** The monitor that knows all URLs; null while there is none. */
  #running: MonitorThread | null = null
  /** The last one launched. It may not know all URLs yet. */
  #newest: MonitorThread | null = null
  /** Changes of the lists while none runs. Bounded by what changes in that time. */
  #missedChanges: MonitorMessage[] = []
  #replacement: Promise<void> = Promise.resolve()
  #stopping = false

  /** `options` gives the options of each monitor that is started; for the first one `resumeFrom` is null. */
  constructor(
    list: ResourceTable,
    known: KnownUrls,
    options: (resumeFrom: ResumePoint | null) => MonitorOptions,
    events: MonitorSupervisorEvents,
  ) {
    this.#list = list
    this.#known = known
    this.#options = options
    this.#events = events
  }

  /** Starts a monitor. `ready` is called when there is a thread, which gets the URLs when it resolves. Rejects when it can't be started. */
  async start(ready?: () => Promise<void>): Promise<void> {
    this.#missedChanges = []
    this.#running = await this.#launch(ready)
    for (const change of this.#missedChanges) this.send(change)
    this.#missedChanges = []
    this.#sendStatusPorts(this.#running)
    if (this.#hooks !== null) this.#startHeartbeat(this.#running, this.#hooks)
    this.#backoff.started(0, monotonicMs())
    this.#events.started()
  }

  /** From now on the monitor gets main's stats once a second and is replaced when it is lost. */
  enableRestart(hooks: RestartHooks): void {
    this.#hooks = hooks
    if (this.#running !== null) this.#startHeartbeat(this.#running, hooks)
    this.#restartEnabled.resolve()
  }

  /** Sends a message, without waiting for its reply. Without a monitor that takes it, it is dropped, and false is returned. */
  send(message: MonitorMessage): boolean {
    const monitor = EARLY_MESSAGES.has(message.type) ? this.#newest : this.#running
    if (monitor !== null) ignoreLoss(monitor.send(message))
    return monitor !== null
  }

  /** Sends a message and resolves with its reply. Rejects when no monitor runs or it is lost before it replies. */
  request<M extends MonitorMessage>(message: M): Promise<MonitorReply<M['type']>> {
    return this.#running?.send(message) ?? Promise.reject(new Error('No monitor runs'))
  }

  /** Has the monitor receive the States of a poller. */
  listen(poller: PollerNumber, status: MessagePort): void {
    this.#statusPorts.set(poller, status)
    if (this.#running !== null) this.#sendStatusPorts(this.#running)
  }

  /**
   * Registers URLs that are new or have other labels. Resolves when the monitor knows them. While none runs it resolves at once:
   * the next one knows them before it receives States.
   */
  async register(ids: readonly ResourceId[]): Promise<void> {
    for (const urls of packUrls(this.#list, ids, this.#known))
      await this.#sendChange({ type: 'register', urls })
  }

  /** Unregisters URLs that have left the lists. Call it while the table still holds them. Resolves as `register` does. */
  unregister(ids: readonly ResourceId[]): Promise<void> {
    return this.#sendChange({ type: 'unregister', ids: packIds(this.#list, ids) })
  }

  /**
   * Prints the last state after all that the pollers have sent, then ends the thread. Waits for it until the deadline, and half as long
   * for an output that accepts nothing. Rejects when the last state could not be printed.
   */
  async stop(deadline: Pick<ExitDeadline, 'isPatient' | 'hurried' | 'monitorMs'>): Promise<Counts> {
    this.#stopping = true
    const patienceMs = deadline.isPatient ? null : deadline.monitorMs
    const counts = this.#stop(patienceMs)
    const late = deadline.hurried.then(() => {
      this.send({ type: 'hurry', patienceMs: deadline.monitorMs / 2 })
      return sleep(deadline.monitorMs, false, { ref: false })
    })
    if (await Promise.race([withTimeout(counts, patienceMs), late])) return counts
    await this.#running?.end('')
    this.#running = null
    throw new Error('The monitor did not answer: the last state is missing')
  }

  async #stop(patienceMs: number | null): Promise<Counts> {
    await this.#replacement
    if (this.#running === null || this.#hooks === null) throw new Error('The monitor is lost')
    const counts = await this.#running.stop(this.#hooks.stats(), patienceMs === null ? null : patienceMs / 2)
    this.#heartbeat?.stop()
    this.#running = null
    return counts
  }

  async #launch(ready?: () => Promise<void>): Promise<MonitorThread> {
    const polls = this.#hooks?.polls()
    const resumeFrom = polls === undefined ? null : { startedAt: this.#startedAt, polls }
    const monitor = new MonitorThread(this.#options(resumeFrom), {
      received: (event) => this.#events.received(event),
      lost: (error) => this.#lost(monitor, error.message),
    })
    this.#newest = monitor
    await ready?.()
    await monitor.start(this.#list, this.#known)
    return monitor
  }

  #lost(monitor: MonitorThread, reason: string): void {
    if (monitor !== this.#running) return
    this.#running = null
    this.#heartbeat?.stop()
    const ended = monitor.end(reason)
    if (this.#stopping) return
    this.#events.lost(reason)
    this.#replacement = ended.then(() => this.#replace())
  }

  async #replace(): Promise<void> {
    await this.#restartEnabled.promise
    try {
      await restart(this.#backoff, 0, async () => {
        // The ports are switched before the URLs are sent: what a State changes is known in main by then or comes to the new monitor.
        for (const [poller, status] of (await this.#hooks?.switchStatusPorts()) ?? [])
          this.#statusPorts.set(poller, status)
        await this.start()
      })
    } catch (error) {
      this.#events.failed(new Error('No monitor can be started', { cause: error }))
    }
  }

  /** When the monitor is lost, so are these ports: the pollers get new ones with the next monitor. */
  #sendStatusPorts(monitor: MonitorThread): void {
    for (const [poller, status] of this.#statusPorts)
      ignoreLoss(monitor.send({ type: 'listen', poller, status }))
    this.#statusPorts.clear()
  }

  /** A monitor that is starting may have got the URLs as they were before the change. */
  async #sendChange(change: MonitorMessage): Promise<void> {
    if (this.#running === null) this.#missedChanges.push(change)
    else await this.#running.send(change).catch(() => {}) // The next monitor starts with the changed table.
  }

  #startHeartbeat(monitor: MonitorThread, hooks: RestartHooks): void {
    this.#heartbeat = new MonitorHeartbeat(
      monitor,
      () => hooks.stats(),
      (reason) => this.#lost(monitor, reason),
    )
  }
}

/** The loss of the thread is reported once, by the event `lost`. */
function ignoreLoss(reply: Promise<unknown>): void {
  reply.catch(() => {})
}
