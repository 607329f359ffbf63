import type { WebMessage } from '../../threads/web-protocol.ts'
import type { AlerterClient } from './alerter-client.ts'
import type { HttpServer } from './http-server.ts'
import type { MonitorClient } from './monitor-client.ts'
import type { RecorderClient } from './recorder-client.ts'
import type { StatusPages } from './status-pages.ts'

/** The web thread's end of its requests port: does what each message says. */
export class WebHandler {
  readonly #monitor: Pick<MonitorClient, 'setPort'>
  readonly #recorder: Pick<RecorderClient, 'setPort'>
  readonly #alerter: Pick<AlerterClient, 'setPort'>
  readonly #server: Pick<HttpServer, 'close' | 'setConfig'>
  readonly #push: { stop(): Promise<void> } | null
  readonly #pages: Pick<StatusPages, 'setPages'>
  #isPolling = false

  /** `push` pushes metrics; null: nothing does. */
  constructor(
    monitor: Pick<MonitorClient, 'setPort'>,
    recorder: Pick<RecorderClient, 'setPort'>,
    alerter: Pick<AlerterClient, 'setPort'>,
    server: Pick<HttpServer, 'close' | 'setConfig'>,
    push: { stop(): Promise<void> } | null,
    pages: Pick<StatusPages, 'setPages'>,
  ) {
    this.#pages = pages
    this.#push = push
    this.#monitor = monitor
    this.#recorder = recorder
    this.#alerter = alerter
    this.#server = server
  }

  /** Whether the first polls have begun. */
  get isPolling(): boolean {
    return this.#isPolling
  }

  /** Resolves when it is done. */
  async handle(message: WebMessage): Promise<void> {
    switch (message.type) {
      case 'monitor':
        return this.#monitor.setPort(message.questions)
      case 'recorder':
        return this.#recorder.setPort(message.questions)
      case 'alerter':
        return this.#alerter.setPort(message.questions)
      case 'polling':
        this.#isPolling = true
        break
      case 'config':
        this.#server.setConfig(message.config)
        break
      case 'pages':
        return this.#pages.setPages(message.pages)
      case 'ping':
        break
      case 'stop':
        await Promise.all([this.#push?.stop(), this.#server.close()])
        break
      default:
        message satisfies never
    }
  }
}
