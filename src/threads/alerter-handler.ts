import type { MessagePort } from 'node:worker_threads'
import type { AlertConfig } from '../alerts/alert-rule.ts'
import type { AlerterMessage } from './alerter-protocol.ts'

/** What messages of main to the alerter act on. */
export interface AlerterTargets {
  /** What is told of lists. */
  readonly intake: {
    forgetUrls(): void
    register(urls: ArrayBuffer): void
    allRegistered(isComplete: boolean): void
    listsComplete(): void
  }
  /** Where polls come from. */
  readonly feed: { listen(port: MessagePort): void; drain(): void }
  /** The questions of a web thread. */
  readonly questions: { listen(port: MessagePort): void }
  /** Who knows uptimes. */
  readonly recorder: { setPort(port: MessagePort): void }
  configure(config: AlertConfig, link: string): void
  /** The run goes on. */
  pinged(): void
  /** Writes all, sends what can be sent within `patienceMs`, and closes the file. */
  finish(patienceMs: number): Promise<void>
  /** Something can't be done, and later messages rely on it: the thread has to end. */
  failed(error: Error): void
}

/** The alerter's end of its commands port: does what each message says. */
export class AlerterHandler {
  readonly #targets: AlerterTargets
  #areListsComplete = false

  constructor(targets: AlerterTargets) {
    this.#targets = targets
  }

  /** Resolves when it is done. */
  async handle(message: AlerterMessage): Promise<void> {
    try {
      await this.#handle(message)
    } catch (error) {
      this.#targets.failed(error as Error)
      throw error
    }
  }

  #handle(message: AlerterMessage): void | Promise<void> {
    const { intake, feed, questions, recorder } = this.#targets
    switch (message.type) {
      case 'urls':
        if (message.isFirst) intake.forgetUrls()
        return intake.register(message.urls)
      case 'monitor':
        intake.allRegistered(message.isComplete)
        feed.listen(message.port)
        return this.#completeLists()
      case 'listsComplete':
        this.#areListsComplete = true
        return this.#completeLists()
      case 'recorder':
        return recorder.setPort(message.questions)
      case 'questions':
        return questions.listen(message.port)
      case 'config':
        // The lists that go with it were read before: their URLs first.
        feed.drain()
        return this.#targets.configure(message.config, message.link)
      case 'ping':
        return this.#targets.pinged()
      case 'stop':
        feed.drain()
        return this.#targets.finish(message.patienceMs)
      default:
        return message satisfies never
    }
  }

  /** The monitor has passed on the URLs of the last list before main says that it was read. */
  #completeLists(): void {
    if (!this.#areListsComplete) return
    this.#targets.feed.drain()
    this.#targets.intake.listsComplete()
  }
}
