import { setTimeout as sleep } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { RefusedError } from '../command/exit-status.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { formatListenAddress } from '../settings/listen-address.ts'
import type { ReloadResult, WebOptions } from '../threads/web-protocol.ts'
import { RestartBackoff } from '../threads/restart-backoff.ts'
import { restart } from '../threads/restart.ts'
import { Watchdog } from '../threads/watchdog.ts'
import { labelCollision } from './metrics/check-labels.ts'
import type { WebConfigFile } from './config/web-config-file.ts'
import { NO_WEB_CONFIG } from './config/web-config.ts'
import type { WebConfig } from './config/web-config.ts'
import { seriesNotice } from './metrics/series-notice.ts'
import { WebThread } from './web-thread.ts'

/** Time between two checks whether the thread answers, in ms. */
const CHECK_INTERVAL_MS = 1_000

/** A thread that has not answered for this long hangs, in ms. Time without CPU does not count. */
const MAX_SILENCE_MS = 3_000

/** When no thread could be started for a while, the next attempt comes after this time, in ms. */
const RETRY_MS = 30_000

/** A run that is told to end waits at most this long for responses and pushes in progress, in ms. */
const STOP_TIMEOUT_MS = 500

/** A run that ends by itself waits at most this long for its results to be pushed, in ms: a little longer than exporters try. */
const LAST_PUSH_TIMEOUT_MS = 11_000

/** What the web thread needs from main. */
export interface WebHooks {
  /** Has the monitor answer questions on this port. */
  askMonitor(questions: MessagePort): void
  /** Takes the requests for probes that come on this port. */
  takeProbes(probes: MessagePort): void
  /** Reads all lists again. */
  reload(): Promise<ReloadResult>
  /** Writes lines to standard error. */
  log(lines: string): void
  /** The file of `--web-config`; null: there is none. */
  readonly configFile: WebConfigFile | null
}

/** Keeps a web thread running: one that ends or hangs is replaced. Nothing else waits for it. */
export class WebSupervisor {
  readonly #list: ResourceTable
  #options: WebOptions
  readonly #hooks: WebHooks
  readonly #backoff = new RestartBackoff()
  readonly #watchdog = new Watchdog(CHECK_INTERVAL_MS)
  #thread: WebThread | null = null
  #timer: NodeJS.Timeout | undefined
  #polling = false
  #stopping = false
  #unanswered = 0
  #stopFollowing: (() => void) | undefined

  constructor(list: ResourceTable, options: Omit<WebOptions, 'config'>, hooks: WebHooks) {
    this.#list = list
    this.#options = { ...options, config: hooks.configFile?.config ?? NO_WEB_CONFIG }
    this.#hooks = hooks
  }

  /** Starts the thread. Rejects with a RefusedError when the address or the labels of the list can't be used. */
  async start(): Promise<void> {
    const { metricsUrls, listen } = this.#options
    const collision = metricsUrls === 0 ? null : labelCollision(this.#list)
    if (collision !== null)
      throw new RefusedError(
        `--${listen === null ? 'otlp' : 'listen'}: ${collision}: rename it, or use --metrics-urls 0`,
      )
    await this.#launch()
    this.#stopFollowing = this.#hooks.configFile?.follow({
      changed: (config) => this.#setConfig(config),
      log: (line) => this.#hooks.log(`${line}\n`),
    })
  }

  /** A monitor has started: it is asked from now on. */
  monitorStarted(): void {
    if (this.#thread !== null) this.#connect(this.#thread)
  }

  /** The first round of the list is under way. Reports where the thread listens: a live view can show it now. */
  setPolling(): void {
    this.#polling = true
    this.#thread?.setPolling()
    const { listen, metricsUrls, prefix, config } = this.#options
    const scheme = config.tls === null ? 'http' : 'https'
    if (listen !== null)
      this.#hooks.log(
        `Listening on ${scheme}://${formatListenAddress(listen)}${prefix.replace(/\/?$/, '/')}\n`,
      )
    const notice = seriesNotice(this.#list.size, metricsUrls)
    if (notice !== null) this.#hooks.log(`${notice}\n`)
  }

  /** Closes the port and ends the thread. `isDone`: the run has its results, and there is time to push them. */
  async stop(isDone: boolean): Promise<void> {
    this.#stopping = true
    this.#stopFollowing?.()
    clearInterval(this.#timer)
    await this.#thread?.stop(isDone ? LAST_PUSH_TIMEOUT_MS : STOP_TIMEOUT_MS)
  }

  async #launch(): Promise<void> {
    const thread = new WebThread(this.#options, {
      notice: (line) => this.#hooks.log(`${line}\n`),
      reload: () => this.#hooks.reload(),
      lost: (error) => this.#lost(thread, error.message),
    })
    // Another thread takes the same port, also if it was any free one.
    const port = await thread.start()
    const { listen } = this.#options
    if (listen !== null && port !== null) this.#options = { ...this.#options, listen: { ...listen, port } }
    this.#thread = thread
    this.#backoff.started(0, monotonicMs())
    this.#connect(thread)
    this.#hooks.takeProbes(thread.probes)
    if (this.#polling) thread.setPolling()
    thread.setConfig(this.#options.config)
    this.#unanswered = 0
    this.#watchdog.reset()
    this.#timer = setInterval(() => this.#check(thread), CHECK_INTERVAL_MS)
  }

  /** A thread that starts now gets it too, and one that replaces it. */
  #setConfig(config: WebConfig): void {
    this.#options = { ...this.#options, config }
    this.#thread?.setConfig(config)
  }

  #connect(thread: WebThread): void {
    const { port1, port2 } = new MessageChannel()
    this.#hooks.askMonitor(port2)
    thread.setMonitor(port1)
  }

  #check(thread: WebThread): void {
    if (this.#unanswered === 0) this.#watchdog.reset()
    const silentMs = this.#watchdog.check(monotonicMs(), thread.usage)
    // Checks are not exactly a second apart, and CPU time is counted in ticks.
    if (silentMs > MAX_SILENCE_MS - CHECK_INTERVAL_MS / 2)
      return this.#lost(thread, `The web thread did not answer for ${MAX_SILENCE_MS / 1000} s`)
    this.#unanswered++
    thread.ping().then(
      () => {
        this.#unanswered--
        this.#watchdog.reset()
      },
      () => {}, // Its loss is reported elsewhere.
    )
  }

  #lost(thread: WebThread, reason: string): void {
    if (thread !== this.#thread) return
    this.#thread = null
    clearInterval(this.#timer)
    const ended = thread.end()
    if (this.#stopping) return
    this.#hooks.log(`${reason}; another takes its place\n`)
    void ended.then(() => this.#replace())
  }

  /** Never gives up: polling goes on without it. */
  async #replace(): Promise<void> {
    let reported = ''
    const report = ({ message }: Error) => {
      if (message !== reported) this.#hooks.log(`${message}; it is tried again\n`)
      reported = message
    }
    for (;;) {
      try {
        return await restart(this.#backoff, 0, () => this.#launchUnlessStopping(), report)
      } catch (error) {
        report(error as Error)
        await sleep(RETRY_MS, undefined, { ref: false })
      }
    }
  }

  async #launchUnlessStopping(): Promise<void> {
    if (this.#stopping) return
    await this.#launch()
    if (this.#stopping) await this.stop(false)
  }
}
