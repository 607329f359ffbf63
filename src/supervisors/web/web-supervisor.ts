import type { MessagePort } from 'node:worker_threads'
import type { ConfigFile } from '../../config/config-file.ts'
import { processStart } from '../../runtime/process-start.ts'
import { RefusedError } from '../../runtime/refused-error.ts'
import type { ResourceTable } from '../../resource/resource-table.ts'
import { formatListenAddress } from '../../settings/listen-address.ts'
import type { ReloadResult, WebOptions } from '../../threads/web-protocol.ts'
import { portTo } from '../../threads/port-to.ts'
import { ThreadSupervisor } from '../../threads/thread-supervisor.ts'
import { labelCollision } from '../../metrics/check-labels.ts'
import type { WebConfigFile } from '../../config/web/web-config-file.ts'
import { NO_WEB_CONFIG } from '../../config/web/web-config.ts'
import { seriesNotice } from '../../metrics/series-notice.ts'
import { settingsOf } from './settings-of.ts'
import type { SettingsSources } from './settings-of.ts'
import { WebThread } from './web-thread.ts'

/** When the thread is asked whether it answers, and when it hangs, in ms. */
const CHECK = { intervalMs: 1_000, silenceMs: 3_000 }

/** A run that is told to end waits at most this long for responses and pushes in progress, in ms. */
const STOP_TIMEOUT_MS = 500

/** A run that ends by itself waits at most this long for its results to be collected and pushed, in ms. A collector that is away costs less. */
const LAST_PUSH_TIMEOUT_MS = 11_000

/** What the web thread needs from main. */
export interface WebHooks extends SettingsSources {
  /** Has the monitor answer questions on this port. */
  askMonitor(questions: MessagePort): void
  /** Has the recorder answer questions on this port; null: no history is kept. */
  readonly askRecorder: ((questions: MessagePort) => void) | null
  /** Has the alerter answer questions on this port; null: there are no alerts. */
  readonly askAlerter: ((questions: MessagePort) => void) | null
  /** Takes the requests for probes that come on this port. */
  takeProbes(probes: MessagePort): void
  /** Reads all lists again. */
  reload(): Promise<ReloadResult>
  /** Writes lines to standard error. */
  log(lines: string): void
  /** The configuration with the public pages; null: there is none. */
  readonly pages: ConfigFile | null
  /** The file of `--web-config`; null: there is none. */
  readonly configFile: WebConfigFile | null
}

/** Keeps a web thread running: one that ends or hangs is replaced. Nothing else waits for it. */
export class WebSupervisor {
  readonly #list: ResourceTable
  #options: WebOptions
  readonly #hooks: WebHooks
  readonly #supervisor: ThreadSupervisor<WebThread>
  #polling = false
  #stopFollowing: (() => void) | undefined

  constructor(list: ResourceTable, options: Omit<WebOptions, 'config' | 'pages'>, hooks: WebHooks) {
    this.#list = list
    const { configFile, pages } = hooks
    const read = { config: configFile?.config ?? NO_WEB_CONFIG, pages: pages?.config.pages ?? [] }
    this.#options = { ...options, ...read }
    this.#hooks = hooks
    this.#supervisor = new ThreadSupervisor({
      name: 'The web thread',
      checkTimes: CHECK,
      launch: (lost) => this.#launch(lost),
      started: (thread) => this.#started(thread),
      lost: () => '',
      log: (lines) => hooks.log(lines),
    })
  }

  /** Starts the thread. Rejects with a RefusedError when the address or the labels of the list can't be used. */
  async start(): Promise<void> {
    const { metricsUrls, listen } = this.#options
    const collision = metricsUrls === 0 ? null : labelCollision(this.#list)
    if (collision !== null)
      throw new RefusedError(
        `--${listen === null ? 'otlp' : 'listen'}: ${collision}: rename it, or use --metrics-urls 0`,
      )
    await this.#supervisor.start()
    this.#hooks.pages?.followPages((pages) => this.#set({ pages }))
    this.#stopFollowing = this.#hooks.configFile?.follow({
      changed: (config) => this.#set({ config }),
      log: (line) => this.#hooks.log(`${line}\n`),
    })
  }

  /** Where it listens, as a URL; null: it does not. */
  get address(): string | null {
    const { listen, prefix, config } = this.#options
    if (listen === null) return null
    const scheme = config.tls === null ? 'http' : 'https'
    return `${scheme}://${formatListenAddress(listen)}${prefix.replace(/\/?$/, '/')}`
  }

  /** A monitor has started: it is asked from now on. */
  monitorStarted(): void {
    if (this.#thread !== null) this.#connectMonitor(this.#thread)
  }

  /** A recorder has started: it is asked from now on. */
  recorderStarted(): void {
    if (this.#thread !== null) this.#connectRecorder(this.#thread)
  }

  /** An alerter has started: it is asked from now on. */
  alerterStarted(): void {
    if (this.#thread !== null) this.#connectAlerter(this.#thread)
  }

  /** The first round of the list is under way. Reports where the thread listens: a live view can show it now. */
  setPolling(): void {
    this.#polling = true
    this.#thread?.setPolling()
    if (this.address !== null) this.#hooks.log(`info: Listening on ${this.address}\n`)
    const notice = seriesNotice(this.#list.size, this.#options.metricsUrls)
    if (notice !== null) this.#hooks.log(`${notice}\n`)
  }

  /** Closes the port and ends the thread. `isDone`: the run has its results, and there is time to push them; otherwise within `patienceMs`. */
  async stop(isDone: boolean, patienceMs: number): Promise<void> {
    this.#stopFollowing?.()
    const thread = this.#supervisor.release()
    await thread?.stop(isDone ? LAST_PUSH_TIMEOUT_MS : Math.min(STOP_TIMEOUT_MS, patienceMs))
  }

  get #thread(): WebThread | null {
    return this.#supervisor.thread
  }

  async #launch(lost: (thread: WebThread, error: Error) => void): Promise<WebThread> {
    processStart() // Each thread is told of the first result.
    const thread = new WebThread(this.#options, {
      notice: (line) => this.#hooks.log(`${line}\n`),
      reload: () => this.#hooks.reload(),
      settings: (id, url) => settingsOf(this.#list, this.#hooks, id, url),
      lost: (error) => lost(thread, error),
    })
    // Another thread takes the same port, also if it was any free one.
    const port = await thread.start()
    const { listen } = this.#options
    if (listen !== null && port !== null) this.#options = { ...this.#options, listen: { ...listen, port } }
    return thread
  }

  #started(thread: WebThread): void {
    this.#connectMonitor(thread)
    this.#connectRecorder(thread)
    this.#connectAlerter(thread)
    this.#hooks.takeProbes(thread.probes)
    if (this.#polling) thread.setPolling()
    this.#configure(thread, thread.options)
  }

  /** A thread that starts now gets it too, and one that replaces it. */
  #set(changed: Partial<Pick<WebOptions, 'config' | 'pages'>>): void {
    const before = this.#options
    this.#options = { ...before, ...changed }
    if (this.#thread !== null) this.#configure(this.#thread, before)
  }

  /** Tells a thread what has changed since it got these options: it makes anew whatever depends on them. */
  #configure(thread: WebThread, before: WebOptions): void {
    const { config, pages } = this.#options
    if (config !== before.config) thread.setConfig(config)
    if (pages !== before.pages) thread.setPages(pages)
  }

  #connectMonitor(thread: WebThread): void {
    thread.setMonitor(portTo((port) => this.#hooks.askMonitor(port)))
  }

  #connectRecorder(thread: WebThread): void {
    const { askRecorder } = this.#hooks
    if (askRecorder !== null) thread.setRecorder(portTo(askRecorder))
  }

  #connectAlerter(thread: WebThread): void {
    const { askAlerter } = this.#hooks
    if (askAlerter !== null) thread.setAlerter(portTo(askAlerter))
  }
}
