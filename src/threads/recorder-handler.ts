import type { MessagePort } from 'node:worker_threads'
import type { MaintenanceWindow } from '../alerts/alert-rule.ts'
import type { HistoryAsker } from './history-question-handler.ts'
import type { EarlierStates, KnowsUrls, RecorderMessage } from './recorder-protocol.ts'

/** What messages of main to the recorder act on. */
export interface RecorderParts {
  /** What is recorded. */
  readonly recorder: {
    readonly knowsUrls: boolean
    /** Other URLs than those that follow count no more. */
    forgetUrls(): void
    /** What an earlier run knew of URLs, packed. */
    earlier(urls: ArrayBuffer): ArrayBuffer
    /** All URLs of the lists are known now. */
    allRegistered(): void
  }
  /** What writes to the history, and goes on where it has no room. */
  readonly writer: {
    register(urls: ArrayBuffer): void
    /** Writes which URLs have left. */
    tellLeft(): void
  }
  /** Where States come from. */
  readonly feed: { listen(port: MessagePort): void; drain(): void }
  /** The questions of other threads. */
  readonly questions: { listen(port: MessagePort, asker: HistoryAsker): void }
  /** These maintenance windows apply from now on. */
  maintain(windows: readonly MaintenanceWindow[]): void
  /** Writes everything and closes the history. */
  close(): void
  /** Something can't be done, and later messages rely on it: the thread has to end. */
  failed(error: Error): void
}

/** The recorder's end of its commands port: does what each message says. */
export class RecorderHandler {
  readonly #parts: RecorderParts

  constructor(parts: RecorderParts) {
    this.#parts = parts
  }

  /** Returns the reply. */
  handle(message: RecorderMessage): EarlierStates | KnowsUrls | undefined {
    try {
      return this.#handle(message)
    } catch (error) {
      this.#parts.failed(error as Error)
      throw error
    }
  }

  #handle(message: RecorderMessage): EarlierStates | KnowsUrls | undefined {
    const { recorder, writer, feed, questions } = this.#parts
    switch (message.type) {
      case 'urls': {
        if (message.isFirst) recorder.forgetUrls()
        writer.register(message.urls)
        return message.wantsEarlier ? { earlier: recorder.earlier(message.urls) } : undefined
      }
      case 'knowsUrls':
        return { knowsUrls: recorder.knowsUrls }
      case 'monitor':
        recorder.allRegistered()
        writer.tellLeft()
        feed.listen(message.port)
        return undefined
      case 'questions':
        questions.listen(message.port, message.asker)
        return undefined
      case 'maintenance':
        this.#parts.maintain(message.windows)
        return undefined
      case 'ping':
        return undefined
      case 'stop':
        feed.drain()
        this.#parts.close()
        return undefined
      default:
        return message satisfies never
    }
  }
}
